using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The scheduler's command pipe. Shinken removes and makes it at each start, so that it is opened anew for every line; nothing waits for a
/// reader, and what is no pipe is not written to.
/// </summary>
internal sealed class CommandPipe(string path, TimeProvider time)
{
    /// <summary>Writes one command as one write.</summary>
    /// <exception cref="IOException">The pipe is not there, nobody reads it, or it is full; the message says which.</exception>
    public void Write(string command)
    {
        using SafeFileHandle pipe = KernelFile.OpenPipe(path);
        if (!KernelFile.Facts(pipe, path).IsPipe)
        {
            throw new IOException($"{path} is no pipe");
        }

        byte[] line = Encoding.UTF8.GetBytes($"[{time.GetUtcNow().ToUnixTimeSeconds()}] {command}\n");
        if (!KernelFile.TryWriteOnce(pipe, line, path))
        {
            throw new IOException($"{path} is full: the scheduler does not read it");
        }
    }
}
