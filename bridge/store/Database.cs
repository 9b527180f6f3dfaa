using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ringfree.Monitoring.Bridge;

/// <summary>One connection to an SQLite file, one caller at a time.</summary>
internal sealed class Database : IDisposable
{
    // SQLITE_CORRUPT and SQLITE_NOTADB.
    private const int Corrupt = 11;
    private const int NoDatabase = 26;

    // How long a statement waits for another writer: the verbs hold the file for milliseconds.
    private const int BusySeconds = 5;

    private readonly Lock gate = new();
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);
    private bool isInTransaction;

    private Database(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens a file, <c>:memory:</c> for one that is gone at the end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mayCreate">True makes it when it does not exist.</param>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public static Database Open(string path, bool mayCreate)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mayCreate ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString());
        try
        {
            connection.Open();

            // Without it SQLite compiles a statement again at each run, once a partial index made it look at a parameter's value
            // (sqlite.org/c3ref, ENABLE_QPSG).
            _ = raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _);
            return new Database(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>True when the file itself is damaged: no retry and no restart helps.</summary>
    public static bool IsDamage(Exception failure) => failure is StoreDamagedException or SqliteException { SqliteErrorCode: Corrupt or NoDatabase };

    /// <summary>Runs what belongs together: all of it is committed, or nothing. Within another such block it is part of that one.</summary>
    public T InTransaction<T>(Func<T> work)
    {
        lock (gate)
        {
            if (isInTransaction)
            {
                return work();
            }

            Execute("BEGIN IMMEDIATE");
            isInTransaction = true;
            try
            {
                T result = work();
                Execute("COMMIT");
                return result;
            }
            catch
            {
                RollBack();
                throw;
            }
            finally
            {
                isInTransaction = false;
            }
        }
    }

    /// <summary>As <see cref="InTransaction{T}"/>, without a result.</summary>
    public void InTransaction(Action work) => InTransaction(() =>
    {
        work();
        return 0;
    });

    /// <summary>Runs a statement.</summary>
    /// <returns>The number of rows that it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        lock (gate)
        {
            return Command(sql, parameters).ExecuteNonQuery();
        }
    }

    /// <summary>Reads every row of a query, and keeps none.</summary>
    public void Scan(string sql, Action<SqliteDataReader> take)
    {
        lock (gate)
        {
            using SqliteDataReader row = Command(sql, []).ExecuteReader();
            while (row.Read())
            {
                take(row);
            }
        }
    }

    /// <summary>Reads every row of a query.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        lock (gate)
        {
            var rows = new List<T>();
            using SqliteDataReader row = Command(sql, parameters).ExecuteReader();
            while (row.Read())
            {
                rows.Add(read(row));
            }

            return rows;
        }
    }

    /// <summary>True when <see cref="ReadWhatIsLeft"/> met damage.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Reads rows of a damaged file until it gives no more.</summary>
    public void ReadWhatIsLeft(string sql, Action<object?[]> take)
    {
        lock (gate)
        {
            try
            {
                using SqliteDataReader row = Command(sql, []).ExecuteReader();
                while (row.Read())
                {
                    var values = new object?[row.FieldCount];
                    row.GetValues(values!);
                    take(values);
                }
            }
            catch (SqliteException)
            {
                IsBroken = true;
            }
        }
    }

    /// <summary>The first column of the first row; 0 when there is none or it is null.</summary>
    public long Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        lock (gate)
        {
            return Command(sql, parameters).ExecuteScalar() is long number ? number : 0;
        }
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private void RollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back already: a full disk, for example.
        }
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!prepared.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is a constant of the program; values go by parameters
            command.CommandText = sql;
#pragma warning restore CA2100
            prepared.Add(sql, command);
        }

        command.Parameters.Clear();
        foreach ((string name, object? value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}
