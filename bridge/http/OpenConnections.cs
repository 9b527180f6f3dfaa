using Microsoft.AspNetCore.Connections;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// At most so many connections at once: a new one ends the oldest. A connection has one request and lasts seconds, so that the oldest is
/// the one whose client is idle or slow, and no number of idle ones keeps another client out.
/// </summary>
internal sealed class OpenConnections(int most)
{
    private readonly Lock gate = new();
    private readonly LinkedList<ConnectionContext> open = new();

    /// <summary>Serves a connection to its end.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate serve)
    {
        LinkedListNode<ConnectionContext> node = Add(connection);
        try
        {
            await serve(connection);
        }
        finally
        {
            Remove(node);
        }
    }

    private LinkedListNode<ConnectionContext> Add(ConnectionContext connection)
    {
        lock (gate)
        {
            if (open.Count == most)
            {
                ConnectionContext oldest = open.First!.Value;
                open.RemoveFirst(); // first: an end that comes at once removes it, too
                oldest.Abort(new ConnectionAbortedException("a newer connection needs its place"));
            }

            return open.AddLast(connection);
        }
    }

    private void Remove(LinkedListNode<ConnectionContext> node)
    {
        lock (gate)
        {
            if (node.List is not null)
            {
                open.Remove(node);
            }
        }
    }
}
