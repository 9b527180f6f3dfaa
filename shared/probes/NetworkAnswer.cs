using System.Net.Sockets;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// An answer that the framework's networking brings. It begins at once, and ends within the question's limit whatever the other side does;
/// how the network failed is told in one way for every kind of conversation.
/// </summary>
internal sealed class NetworkAnswer : IPendingAnswer
{
    private readonly Wait wait;
    private readonly string wanted;
    private readonly CancellationTokenSource cancellation;
    private readonly Task<Answer> answer;

    /// <param name="wait">The time that the question has.</param>
    /// <param name="wanted">What is waited for, in a sentence: "handshake".</param>
    /// <param name="converse">Holds the conversation until the token says that the time is over; what it throws is a failed answer.</param>
    internal NetworkAnswer(Wait wait, string wanted, Func<CancellationToken, Task<Answer>> converse)
    {
        this.wait = wait;
        this.wanted = wanted;
        NameService.UseFilesAndDnsOnly();
        FrameworkRoots.LeaveUnread();
        cancellation = new CancellationTokenSource(wait.Left);
        answer = Task.Run(() => Caught(converse));
    }

    /// <inheritdoc/>
    public Answer Finish(ChunkReader? reader)
    {
        wait.Begin();
        bool ended = answer.Wait(wait.Left);
        wait.Finish();
        Answer whole = ended ? answer.Result : Answer.Without(Outcome.Silent, $"no complete {wanted}");
        if (reader is null)
        {
            return whole;
        }

        reader(whole.Bytes.Span);
        return whole with { Bytes = default };
    }

    /// <inheritdoc/>
    public void Dispose() => cancellation.Dispose();

    private async Task<Answer> Caught(Func<CancellationToken, Task<Answer>> converse)
    {
        try
        {
            return await converse(cancellation.Token);
        }
        catch (Exception exception)
        {
            return Failure(exception);
        }
    }

    private Answer Failure(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case OperationCanceledException:
                    return Answer.Without(Outcome.Silent, $"no complete {wanted} after {Math.Round(wait.Elapsed.TotalSeconds, 1)} s");
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return Answer.Without(Outcome.Refused, cause.Message);
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                    return Answer.Without(Outcome.Unresolved, cause.Message);
                case SocketException { SocketErrorCode: SocketError.TimedOut }:
                    return Answer.Without(Outcome.Silent, cause.Message);
            }
        }

        return Answer.Without(Outcome.Failed, exception.GetBaseException().Message);
    }
}
