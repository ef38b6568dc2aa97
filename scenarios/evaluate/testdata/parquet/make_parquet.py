"""Writes the small Parquet files that TestFilesOfOtherPrograms reads: see README.md.

    TZ=UTC python make_parquet.py [folder]      (pyarrow 26.0.1, duckdb 2.0.0, pyspark 3.5.5 with Java 17)
"""
import datetime as dt
import decimal
import os
import shutil
import sys
import tempfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

D = decimal.Decimal
out = sys.argv[1] if len(sys.argv) > 1 else "."
os.makedirs(os.path.join(out, "long"), exist_ok=True)
rows = [  # label, scope, time, d9, d18, d38, text, number
    (i % 3 == 0, i % 2, dt.datetime(2024, 2, 1 + i % 28, 13, 30), D(i - 7).scaleb(-2), D(10**12 + i).scaleb(-4),
     D(-(10**25) - i).scaleb(-10), None if i == 5 else f"kind {i % 4}", None if i == 6 else i / 8)
    for i in range(40)
]
names = ["label", "scope", "time", "d9", "d18", "d38", "text", "number"]
table = pa.table(
    [pa.array(column, type=kind) for column, kind in zip(zip(*rows), [
        pa.bool_(), pa.int32(), pa.timestamp("us"), pa.decimal128(9, 2), pa.decimal128(18, 4), pa.decimal128(38, 10),
        pa.string(), pa.float64()])], names=names)


def arrow(name, **options):
    pq.write_table(table, os.path.join(out, f"pyarrow-{name}.parquet"), **options)


for codec in ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]:
    arrow(codec, compression=codec)
arrow("decimal-as-integer", store_decimal_as_integer=True)
arrow("v2-pages", data_page_version="2.0", compression="zstd")
arrow("delta", use_dictionary=False, column_encoding={
    "label": "RLE", "scope": "DELTA_BINARY_PACKED", "time": "DELTA_BINARY_PACKED", "text": "DELTA_LENGTH_BYTE_ARRAY",
    "number": "BYTE_STREAM_SPLIT"})
arrow("int96", use_deprecated_int96_timestamps=True)

# Rows that are many: truth in runs of no round length, numbers that hardly pack, an empty row group between others.
n = 420
long = pa.table({"truth": pa.array([i * i // 50 % 2 == 1 if i % 30 else None for i in range(n)]),
                 "x": pa.array([i * 7919 % 1009 / 1009 for i in range(n)]),
                 "text": pa.array([f"text {i * 7919 % 1009}" for i in range(n)])})
for codec in ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]:
    for version in "1.0", "2.0":
        for dictionary in (False, True):
            if codec in ("lz4", "snappy") or (version, dictionary) == ("2.0", False):
                name = f"{codec}-v{version[0]}{'-dictionary' if dictionary else ''}.parquet"
                with pq.ParquetWriter(os.path.join(out, "long", name), long.schema, compression=codec, use_dictionary=dictionary,
                                      data_page_version=version) as w:
                    for rows_of in long.slice(0, 200), long.slice(0, 0), long.slice(200):
                        w.write_table(rows_of)

con = duckdb.connect()
con.register("t", table)
for codec in ["snappy", "zstd", "uncompressed"]:
    con.execute(f"COPY t TO '{os.path.join(out, 'duckdb-' + codec)}.parquet' (FORMAT parquet, COMPRESSION {codec})")

if "--no-spark" not in sys.argv:
    from pyspark.sql import SparkSession
    from pyspark.sql import types as t

    spark = SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    schema = t.StructType([t.StructField(n, k) for n, k in zip(names, [
        t.BooleanType(), t.IntegerType(), t.TimestampType(), t.DecimalType(9, 2), t.DecimalType(18, 4),
        t.DecimalType(38, 10), t.StringType(), t.DoubleType()])])
    for name, legacy in ("spark-default", "false"), ("spark-legacy", "true"):
        spark.conf.set("spark.sql.parquet.writeLegacyFormat", legacy)
        with tempfile.TemporaryDirectory() as folder:
            spark.createDataFrame(rows, schema).coalesce(1).write.parquet(os.path.join(folder, "x"))
            part = [f for f in os.listdir(os.path.join(folder, "x")) if f.endswith(".parquet")][0]
            shutil.copy(os.path.join(folder, "x", part), os.path.join(out, name + ".parquet"))
