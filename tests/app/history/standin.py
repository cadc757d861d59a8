"""A stand-in for Citus in a database: its functions by their names, refusals and no machines.

No cluster ran anywhere here. What this proves is what we say to one: with which arguments,
within which transaction, and that it is said of each table once. Names, arguments and refusals
are those of Citus 12 (https://docs.citusdata.com, ``create_distributed_table.c``); rows stay
where they are, and nothing is said of speed.
"""

from contextlib import closing

from tests.postgres import Postgres

SHARDS_BYTES = 4_000_000  # that every table is said to take on its machines
_MADE = f"""
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (
    logicalrelid regclass NOT NULL PRIMARY KEY,
    partmethod "char" NOT NULL,
    partkey text,
    colocationid integer NOT NULL DEFAULT 0,
    repmodel "char" NOT NULL DEFAULT 's',
    autoconverted boolean NOT NULL DEFAULT false
);
GRANT SELECT ON pg_catalog.pg_dist_partition TO public;
CREATE SCHEMA citus;
CREATE TYPE citus.distribution_type AS ENUM ('hash', 'range', 'append');

CREATE FUNCTION citus.taken(asked regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT relkind FROM pg_class WHERE oid = asked) NOT IN ('r', 'p') THEN
        RAISE EXCEPTION '% is not a regular or partitioned table', asked;
    END IF;
    IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = asked), 'USAGE') THEN
        RAISE EXCEPTION 'must be owner of table %', asked;
    END IF;
    IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = asked) THEN
        RAISE EXCEPTION 'table "%" is already distributed', asked;
    END IF;
END $$;

CREATE FUNCTION pg_catalog.create_distributed_table(
    table_name regclass,
    distribution_column text,
    distribution_type citus.distribution_type DEFAULT 'hash',
    colocate_with text DEFAULT 'default',
    shard_count int DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wanted smallint;
    kept record;
BEGIN
    PERFORM citus.taken(table_name);
    SELECT attnum INTO wanted FROM pg_attribute
        WHERE attrelid = table_name AND attname = distribution_column AND NOT attisdropped;
    IF wanted IS NULL THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist',
            distribution_column, table_name;
    END IF;
    FOR kept IN SELECT indkey FROM pg_index WHERE indrelid = table_name AND indisunique LOOP
        IF NOT wanted = ANY (kept.indkey::smallint[]) THEN
            RAISE EXCEPTION 'cannot create constraint on "%"', table_name
                USING DETAIL = 'Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY '
                'KEY constraints that do not include the partition column';
        END IF;
    END LOOP;
    IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = table_name AND contype = 'f') THEN
        RAISE EXCEPTION 'cannot create foreign key constraint';
    END IF;
    INSERT INTO pg_dist_partition (logicalrelid, partmethod, partkey)
        VALUES (table_name, 'h', distribution_column);
END $$;

CREATE FUNCTION pg_catalog.create_reference_table(table_name regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM citus.taken(table_name);
    INSERT INTO pg_dist_partition (logicalrelid, partmethod, repmodel)
        VALUES (table_name, 'n', 't');
END $$;

CREATE FUNCTION pg_catalog.citus_total_relation_size(
    logicalrelid regclass, fail_on_error boolean DEFAULT true
) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_dist_partition AS d WHERE d.logicalrelid = $1) THEN
        RAISE EXCEPTION 'cannot calculate the size because relation is not distributed';
    END IF;
    RETURN {SHARDS_BYTES};
END $$;

INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    VALUES (999999, 'citus', 10, 11, false, '12.1-1');
"""


def stand_in(postgres: Postgres, database: str) -> None:
    """Let a database look as one that says CREATE EXTENSION citus."""
    with closing(postgres.connect(database)) as own:
        own.execute(_MADE.encode())


def shared_out(postgres: Postgres, database: str) -> dict[str, str]:
    """Return by which column each table was given away; "" for a copy on every machine."""
    with closing(postgres.connect(database)) as own:
        asked = "SELECT logicalrelid::text, coalesce(partkey, '') FROM pg_dist_partition"
        return {str(name): str(by) for name, by in own.execute(asked.encode()).fetchall()}
