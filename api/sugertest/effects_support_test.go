package sugertest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

func TestTickets(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	ticket, err := client.Support.CreateTicket(ctx, gen.SupportTicket{Name: new("Help")})
	require.NoError(t, err)
	assert.Equal(t, gen.SupportTicketStatusOpen, ticket.GetStatus())
	id := ticket.GetID()
	_, err = client.Support.CreateTicketComment(ctx, id, gen.SupportTicketComment{CommentText: new("please")})
	require.NoError(t, err)
	attached, err := client.Support.CreateTicketAttachment(ctx, id, "log.txt", strings.NewReader("four"))
	require.NoError(t, err)
	assert.Equal(t, int64(4), attached[0].GetSize())
	assert.Equal(t, "log.txt", attached[0].GetTitle())
	ticket, err = client.Support.CloseTicket(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, gen.SupportTicketStatusClosed, ticket.GetStatus())
	assert.NotEmpty(t, ticket.GetCloseTime())
	ticket, err = client.Support.ReopenTicket(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, gen.SupportTicketStatusOpen, ticket.GetStatus())
	assert.Nil(t, ticket.CloseTime)
	assert.Equal(t, "please", ticket.GetComments()[0].GetCommentText())
	assert.Len(t, ticket.GetAttachments(), 1)
}
