# Loads every file of the client, since Ruby has no compiler that would find what is wrong with them.

require "suger"

files = Dir["client/lib/suger/**/*.rb"]
abort "there are no files" if files.empty?
files.each { |file| require File.expand_path(file) }
