# What the lab changes in shared/estate.toml: nothing but this. The hosts keep their addresses, because each is a machine of its own.

# The trees that stand for OpenVZ kernels.
/^manifest = /a\
root = "/srv/node"

# The Shinken host's key, made by each run.
s/^public_keys = .*/public_keys = ["PUBLIC_KEY"]/
