namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>The smallest estate that is accepted; the tests replace a part of it.</summary>
internal static class SoundEstate
{
    public const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJWj1qQQrbn/wgjSruSehOFYFowrV8Z2nHm6B9g+D3M a@b";

    public static readonly string Text = SampleEstate.With("""
        [roles.car]
        [[roles.car.checks]]
        check = "check_car"
        [hosts.a]
        address = "192.0.2.2"
        datacenter = "atl"
        roles = ["car"]
        transport = "nrpe"
        os = "redhat"
        """);

    public static EstateModel Accept(string text)
    {
        var problems = new Problems();
        EstateModel? estate = EstateModel.Parse(text, "estate.toml", TestChecks.All, problems);
        Assert.True(estate is not null, problems.ToString());
        return estate;
    }
}
