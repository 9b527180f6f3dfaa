using System.Globalization;
using System.Net;
using System.Text;
using Ringfree.Monitoring.Tests.PagerDuty;

if (args is not ["--listen", var address] || !IPEndPoint.TryParse(address, out IPEndPoint? endPoint) || !IPAddress.IsLoopback(endPoint.Address))
{
    await Say("Usage: pagerduty-sandbox --listen 127.0.0.1:PORT   (loopback only)");
    return 3;
}

await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync(endPoint.Port);
await Say(string.Create(CultureInfo.InvariantCulture, $"PagerDuty sandbox ready on {sandbox.Endpoint}"));
await sandbox.WaitForShutdownAsync();
return 0;

static async Task Say(string line)
{
#pragma warning disable RS0030 // the sandbox is no program of the suite: it prints one line for the script that started it
    await using Stream output = Console.OpenStandardOutput();
#pragma warning restore RS0030
    await output.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
}
