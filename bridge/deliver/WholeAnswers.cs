using System.Net;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Reads each answer whole, within the call's deadline and up to a cap, so that what follows handles bytes and no stream.</summary>
internal sealed class WholeAnswers(HttpMessageHandler inner, int mostBytes) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
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
