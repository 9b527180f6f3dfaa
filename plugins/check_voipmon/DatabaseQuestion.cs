#pragma warning disable RS0030 // a question is this check's own way to the outside: it waits in the background so that the run's deadline holds whatever the library does
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using MySqlConnector;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Statements put to a MySQL or MariaDB server in one connection, one after the other; one that fails does not stop the next. The answer is
/// text in the form of <see cref="ResultText"/>. The only file that knows the library's connection.
/// </summary>
/// <param name="OptionFile">The MySQL option file with host, user and password.</param>
/// <param name="Statements">The statements, each without a semicolon.</param>
internal sealed record DatabaseQuestion(string OptionFile, IReadOnlyList<string> Statements) : Question
{
    private const int MostRows = 10_000;
    private const int LongestError = 300;

    // Source: MariaDB and MySQL error references.
    private const int TooManyConnections = 1040, DatabaseDenied = 1044, AccessDenied = 1045, HostNotAllowed = 1130, TooManyUserConnections = 1203, HostBlocked = 1129;

    /// <inheritdoc/>
    public override string Kind => "databases";

    /// <inheritdoc/>
    public override string What => "the database's answer";

    /// <inheritdoc/>
    public override string Print() => $"options {OptionFile}\n{string.Join('\n', Statements)}\n";

    /// <inheritdoc/>
    protected override IPendingAnswer Begin(Machine machine)
    {
        Machine.PrepareForNames();
        return new Pending(this, machine.WaitFor(this));
    }

    private sealed class Pending : IPendingAnswer
    {
        private readonly DatabaseQuestion question;
        private readonly Wait wait;
        private readonly CancellationTokenSource cancellation;
        private readonly Task<Answer> answer;

        internal Pending(DatabaseQuestion question, Wait wait)
        {
            this.question = question;
            this.wait = wait;
            cancellation = new CancellationTokenSource(wait.Left);
            answer = Task.Run(Ask);
        }

        public Answer Finish(ChunkReader? reader)
        {
            wait.Begin();
            bool ended = answer.Wait(wait.Left + TimeSpan.FromMilliseconds(50));
            wait.Finish();
            Answer whole = ended ? answer.Result : Silence();
            reader?.Invoke(whole.Bytes.Span);
            return reader is null ? whole : whole with { Bytes = default };
        }

        public void Dispose() => cancellation.Dispose();

        private async Task<Answer> Ask()
        {
            byte[] file = SecretFile.Read("the MySQL option file", question.OptionFile, out string? objection);
            if (objection is not null)
            {
                return Answer.Without(Outcome.Denied, objection);
            }

            if (MySqlOptionFile.Parse(Encoding.UTF8.GetString(file), out string mistake) is not { } settings)
            {
                return Answer.Without(Outcome.Denied, $"the MySQL option file '{question.OptionFile}' is not used: {mistake}");
            }

            try
            {
                return await Converse(settings);
            }
            catch (MySqlException exception) when (exception.ErrorCode == MySqlErrorCode.UnableToConnectToHost)
            {
                return await WhyUnreachable(settings, exception);
            }
            catch (Exception exception)
            {
                return Failure(exception);
            }
        }

        /// <summary>The library keeps to itself why it found no way; the same way once more by hand tells it.</summary>
        private async Task<Answer> WhyUnreachable(MySqlConnectionStringBuilder settings, MySqlException said)
        {
            bool isPath = settings.ConnectionProtocol == MySqlConnectionProtocol.UnixSocket;
            using Socket socket = isPath ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await (isPath
                    ? socket.ConnectAsync(new UnixDomainSocketEndPoint(settings.Server), cancellation.Token)
                    : socket.ConnectAsync(settings.Server, (int)settings.Port, cancellation.Token));
                return Failure(said);
            }
            catch (Exception exception)
            {
                return Failure(exception);
            }
        }

        private async Task<Answer> Converse(MySqlConnectionStringBuilder settings)
        {
#pragma warning disable CA2000 // closing it waits for the other side; the process ends here and the kernel closes what is open
            MySqlConnection connection = new(settings.ConnectionString);
#pragma warning restore CA2000
            await connection.OpenAsync(cancellation.Token);
            long start = Stopwatch.GetTimestamp();
            StringBuilder text = new();
            foreach (string statement in question.Statements)
            {
                ResultText.AppendStatement(text);
                try
                {
                    await AppendRows(text, connection, statement);
                }
                catch (MySqlException exception) when (exception.Number > 0 && connection.State == System.Data.ConnectionState.Open)
                {
                    ResultText.AppendError(text, exception.Number, Shortened(exception.Message));
                }
            }

            return text.Length > question.LongestAnswer
                ? Answer.Without(Outcome.TooLong, $"the rows have more than {question.LongestAnswer} characters")
                : new Answer(Outcome.Answered, Encoding.UTF8.GetBytes(ResultText.Seconds(Stopwatch.GetElapsedTime(start)) + text));
        }

        private async Task AppendRows(StringBuilder text, MySqlConnection connection, string statement)
        {
            await using MySqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // every statement is a constant of ours, with numbers of the options at most
            command.CommandText = statement;
#pragma warning restore CA2100
            await using MySqlDataReader reader = await command.ExecuteReaderAsync(cancellation.Token);
            ResultText.AppendLine(text, "columns", Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
            for (int rows = 0; rows < MostRows && await reader.ReadAsync(cancellation.Token); rows++)
            {
                ResultText.AppendLine(text, "row", Enumerable.Range(0, reader.FieldCount).Select(index => Text(reader, index)));
            }
        }

        private static string? Text(DbDataReader reader, int index) => reader.IsDBNull(index) ? null : reader.GetValue(index) switch
        {
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            object value => Convert.ToString(value, CultureInfo.InvariantCulture),
        };

        private Answer Failure(Exception exception)
        {
            for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            {
                switch (cause)
                {
                    case OperationCanceledException or MySqlException { ErrorCode: MySqlErrorCode.CommandTimeoutExpired }:
                        return Silence();
                    case MySqlException { Number: TooManyConnections or TooManyUserConnections }:
                        return Answer.Without(Outcome.Refused, Words(cause));
                    case MySqlException { Number: AccessDenied or DatabaseDenied or HostNotAllowed or HostBlocked }:
                        return Answer.Without(Outcome.Denied, Words(cause));
                    case SocketException { SocketErrorCode: SocketError.ConnectionRefused } or SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                        return Answer.Without(Outcome.Refused, cause.Message);
                    case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                        return Answer.Without(Outcome.Denied, cause.Message);
                    case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                        return Answer.Without(Outcome.Unresolved, cause.Message);
                    case AuthenticationException:
                        return Answer.Without(
                            Outcome.Failed,
                            $"its certificate is not believed: {Shortened(cause.Message).TrimEnd('.')}; cure: in the option file "
                                + MySqlOptionFile.Believed);
                }
            }

            if (exception.Message.Contains("not support SSL", StringComparison.Ordinal))
            {
                return Answer.Without(
                    Outcome.Failed,
                    "it offers no TLS; cure: switch it on there, or ssl-mode=DISABLED in the option file on a network that you trust");
            }

            return Answer.Without(Outcome.Failed, Words(exception.InnerException is SocketException or IOException ? exception.InnerException : exception));
        }

        private Answer Silence() => Answer.Without(Outcome.Silent, $"no complete answer after {Math.Round(wait.Elapsed.TotalSeconds, 1).ToString(CultureInfo.InvariantCulture)} s");

        private static string Words(Exception exception) => exception is MySqlException { Number: > 0 and var number } ? $"{number} {Shortened(exception.Message)}" : Shortened(exception.Message);

        private static string Shortened(string words) => words.Length > LongestError ? words[..LongestError] : words;
    }
}
