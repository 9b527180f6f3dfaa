using System.Net;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Sends each request whole, with its length, because what stands between refuses chunked ones (411), and reads each answer whole, within
/// the call's deadline and up to a cap, so that what follows handles bytes and no stream.
/// </summary>
internal sealed class WholeMessages(HttpMessageHandler inner, int mostBytes) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
        }

        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(mostBytes, cancellationToken);
            return response;
        }
        catch (HttpRequestException) when (response.StatusCode != HttpStatusCode.Accepted)
        {
            response.Content = new ByteArrayContent([]); // too long or broken off: the status is what counts
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
