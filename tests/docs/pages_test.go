package docs_test

// Made-up pages, one for each layout.

// linePage has names and types on lines of their own, with the encoding damage that one saved page has.
const linePage = `draw a picture | Zoo Doc
Skip to main content
Zoo
Introduction
API
list keepers
Animal
draw a picture
feed an animal.
Zoo
Animal
draw a picture
draw a picture
POST
/zoo/:zooId/animal/:animalId/picture
Makes a picture of one animal.
Request
â€‹
Path Parameters
zooId
string
required
The zoo
animalId
string
required
Query Parameters
size
integer
Possible values:
>= 1
and
<= 64
Default value:
16
Side length in centimetres.
application/json
Body
required
How to draw it
colours
Colour (string)[]
Possible values:
[` + "``" + `,
RED
,
GREEN
]
Paints to use
frame
object
required
material
string
width
number
title
string
Possible values:
non-empty
and
<= 40 characters
Responses
â€‹
200
400
Picture object
application/json
Schema
Example (from schema)
Schema
drawnAt
date-time
layers
object[]
From the back to the front.
Array [
artist
object
name
string
opacity
double
]
notes
What the keeper added.
tags
object
property name*
any
title
string
nullable
{
"drawnAt": "2024-02-29T12:00:00Z",
"layers": [
{
"artist": {
"name": "<- string>"
},
"opacity": 0.5
}
],
"tags": {},
"title": "string"
}
Could not draw
application/json
Schema
Schema
string
Loading...
Previous
Copyright Â© Zoo
`

const linePageFacts = `{
 "title": "draw a picture",
 "tag": "Animal",
 "method": "POST",
 "path": "/zoo/{zooId}/animal/{animalId}/picture",
 "parameters": [
  {"in": "path", "name": "zooId", "type": "string", "required": true},
  {"in": "path", "name": "animalId", "type": "string", "required": true},
  {"in": "query", "name": "size", "type": "integer", "rules": {"default": 16, "maximum": 64, "minimum": 1}}
 ],
 "body": {
  "media": "application/json",
  "schema": {
   "type": "object",
   "required": true,
   "properties": [
    {"name": "colours", "type": "array", "items": {"type": "string", "named": "Colour", "enum": ["", "RED", "GREEN"]}},
    {
     "name": "frame",
     "type": "object",
     "required": true,
     "properties": [
      {"name": "material", "type": "string"},
      {"name": "width", "type": "number"}
     ]
    },
    {"name": "title", "type": "string", "rules": {"maxLength": 40, "minLength": 1}}
   ]
  }
 },
 "responses": [
  {
   "status": "200",
   "media": "application/json",
   "schema": {
    "type": "object",
    "named": "Picture",
    "properties": [
     {"name": "drawnAt", "type": "string", "format": "date-time"},
     {
      "name": "layers",
      "type": "array",
      "items": {
       "type": "object",
       "properties": [
        {"name": "artist", "type": "object", "properties": [{"name": "name", "type": "string"}]},
        {"name": "opacity", "type": "number", "format": "double"}
       ]
      }
     },
     {"name": "notes"},
     {"name": "tags", "type": "object", "values": {}},
     {"name": "title", "type": "string", "rules": {"nullable": true}}
    ]
   },
   "example": {
    "drawnAt": "2024-02-29T12:00:00Z",
    "layers": [
     {"artist": {"name": "<- string>"}, "opacity": 0.5}
    ],
    "tags": {},
    "title": "string"
   }
  },
  {"status": "400", "media": "application/json", "schema": {"type": "string"}}
 ],
 "sideBar": [
  {"name": "API", "operations": ["list keepers"]},
  {"name": "Animal", "operations": ["draw a picture", "feed an animal."]}
 ]
}
`

// wordPage has "name type" on one line.
const wordPage = `Skip to main content

list animals

GET 

/zoo/:zooId/animal

All animals of a zoo.

Request

Path Parameters

    zooId stringrequired

    The zoo

Query Parameters

    kind AnimalKind (string)

    Possible values: [BIRD, FISH]

    Kind to list.

Responses

OK

Schema

  • Array [

  • bornAt date-timenullable
    cage

    object

    number int64
    size number

    Possible values: > 0 and <= 2.5e3

    Default value: 12.5

    nickNames string[]
    parents

    object[]

    Both, if known.

  • Array [

  • name stringrequired
  • ]

  • toys

    object

    property name* object
    colour string
  • ]

Loading...
`

const wordPageFacts = `{
 "title": "list animals",
 "method": "GET",
 "path": "/zoo/{zooId}/animal",
 "parameters": [
  {"in": "path", "name": "zooId", "type": "string", "required": true},
  {"in": "query", "name": "kind", "type": "string", "named": "AnimalKind", "enum": ["BIRD", "FISH"]}
 ],
 "responses": [
  {
   "schema": {
    "type": "array",
    "items": {
     "type": "object",
     "properties": [
      {"name": "bornAt", "type": "string", "format": "date-time", "rules": {"nullable": true}},
      {
       "name": "cage",
       "type": "object",
       "properties": [
        {"name": "number", "type": "integer", "format": "int64"},
        {"name": "size", "type": "number", "rules": {"default": 12.5, "exclusiveMinimum": true, "maximum": 2500, "minimum": 0}}
       ]
      },
      {"name": "nickNames", "type": "array", "items": {"type": "string"}},
      {
       "name": "parents",
       "type": "array",
       "items": {"type": "object", "properties": [{"name": "name", "type": "string", "required": true}]}
      },
      {
       "name": "toys",
       "type": "object",
       "values": {"type": "object", "properties": [{"name": "colour", "type": "string"}]}
      }
     ]
    }
   }
  }
 ]
}
`

// namelessPage lost the names of parameters and properties.
const namelessPage = `feed an animal
PUT/zoo/:zooId/meal
Gives food.
Request
Path Parameters
The zoo
- application/json
Body
array
What to give
Array [
]
string
Responses
- 200
- 500
Meal object
- application/json
- Schema
- Example (from schema)
Schema
Possible values: [` + "``" + `, HAY
, FISH
]
dish
object
Possible values: [SMALL]
The size of it.
{
"food": "",
"dish": {
"size": "SMALL"
},
"eaten": true,
"grams": 250,
"since": "2024-02-29T12:00:00Z"
}
Out of food
- application/json
- Schema
Schema
string
`

const namelessPageFacts = `{
 "title": "feed an animal",
 "method": "PUT",
 "path": "/zoo/{zooId}/meal",
 "nameless": true,
 "parameters": [
  {"in": "path", "name": "zooId", "required": true}
 ],
 "body": {
  "media": "application/json",
  "schema": {"type": "array", "items": {"type": "string"}}
 },
 "responses": [
  {
   "status": "200",
   "media": "application/json",
   "schema": {
    "type": "object",
    "named": "Meal",
    "properties": [
     {"name": "food", "type": "string", "enum": ["", "HAY", "FISH"]},
     {"name": "dish", "type": "object", "properties": [{"name": "size", "type": "string", "enum": ["SMALL"]}]},
     {"name": "eaten", "type": "boolean"},
     {"name": "grams", "type": "number"},
     {"name": "since", "type": "string", "format": "date-time"}
    ]
   },
   "example": {"food": "", "dish": {"size": "SMALL"}, "eaten": true, "grams": 250, "since": "2024-02-29T12:00:00Z"}
  },
  {"status": "500", "media": "application/json", "schema": {"type": "string"}}
 ]
}
`
