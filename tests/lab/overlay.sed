# What the lab changes in shared/estate.toml: nothing but this. The hosts keep their addresses, because each is a machine of its own.

# The trees that stand for OpenVZ kernels.
/^manifest = /a\
root = "/srv/node"

# The Shinken host's key, made by each run.
s/^public_keys = .*/public_keys = ["PUBLIC_KEY"]/

# How long an answer may take is said for a machine of one's own: here all share one, which may be busy with other tests.
s/"200.0,40%", "-c", "500.0,80%"/"2000.0,40%", "-c", "5000.0,80%"/
s/"100.0,5%", "-c", "300.0,20%"/"1000.0,5%", "-c", "3000.0,20%"/
s/"{ntp}", "-w", "0.5", "-c", "2"/"{ntp}", "-w", "5", "-c", "20"/
s/"-w", "3", "-c", "10", "-t", "15"/"-w", "30", "-c", "40", "-t", "45"/
s/"-C", "21,7", "-t", "15"/"-C", "21,7", "-t", "45"/
/^options = { mysql-options/a\
warning = { db_time = "20" }\
critical = { db_time = "40" }
