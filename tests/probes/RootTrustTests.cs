namespace Ringfree.Monitoring.Probes.Tests;

/// <summary>Every way in which somebody else than root could have written a file that root is asked to trust.</summary>
public sealed class RootTrustTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("true", "")]
    [InlineData("chmod 0664 file", "file' is writable by others (mode 664)")]
    [InlineData("setfacl -m u:nobody:rw file", "file' is writable by others (mode 660)")]
    [InlineData("setfacl -m g:nogroup:rw file", "file' is writable by others (mode 660)")]
    [InlineData("setfacl -m u:nobody:r file", "")]
    [InlineData("chgrp nogroup file; chmod 0660 file", "file' is writable by others (mode 660)")]
    [InlineData("chmod 0646 file", "file' is writable by others (mode 646)")]
    [InlineData("chown nobody file", "file' is owned by nobody")]
    [InlineData("mkdir a; chmod 0777 a; mv file a/file; ln -s a/file file", "a' is writable by others (mode 777)")]
    [InlineData("mkdir a; chmod 0775 a; mv file a/file; ln -s a/file file", "a' is writable by others (mode 775)")]
    [InlineData("mkdir a; mv file a/file; ln -s a/file file", "")]
    [InlineData("mkdir a b; chown nobody b; mv file a/file; ln -s ../a/file b/middle; ln -s b/middle file", "b' is owned by nobody")]
    [InlineData("mkdir a b; mv file a/file; ln -s ../a/file b/middle; ln -s b/middle file", "")]
    [InlineData("mkdir s; chmod 1777 s; mv file s/file; ln -s s/file file", "")]
    [InlineData("mkdir s; chmod 1777 s; mv file real; ln -s ../real s/l; chown -h nobody s/l; ln -s s/l file", "s/l' is a link of nobody")]
    [InlineData("mkdir a b; chmod 0777 b; mv file a/file; ln -s b/../a/file file", "b' is writable by others (mode 777)")]
    [InlineData("mv file l0; for i in $(seq 38); do ln -s l$((i - 1)) l$i; done; ln -s l38 file", "")]
    [InlineData("mv file x; ln -s loop file; ln -s file loop", "cannot be read: ")]
    public void A_file_is_trusted_when_nobody_else_could_have_written_it(string damage, string part)
    {
        Needs.Root();
        Needs.File("/usr/bin/setfacl", "acl");
        folder.Write("file", "secret");
        ProcessRun.Shell("chmod 0755 \"$1\"; chmod 0600 \"$1/file\"; cd \"$1\" && eval \"$2\"", folder.Root, damage);
        string path = folder.PathOf("file");
        LocalFile read = LocalFile.Read(path, 100, followLinks: true);
        string? objection = read.Failure is { } failure ? $"cannot be read: {failure}" : RootTrust.ObjectionToFile("the file", path, read);
        if (part.Length == 0)
        {
            Assert.Null(objection);
        }
        else
        {
            Assert.Contains(part, objection, StringComparison.Ordinal);
        }
    }
}
