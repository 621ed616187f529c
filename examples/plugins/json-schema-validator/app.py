"""Refuses values that do not match the JSON Schema of their topic."""

import json

import fastjsonschema
from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.records import Verdict, Verdict_Accept, Verdict_Reject
from wit_world.imports.types import Batch, KafkaRecord

validators = {}


class Lifecycle(exports.Lifecycle):
    def init(self, config: str) -> None:
        """Compiles the schemas: a mistake in one of them keeps the plugin from starting."""
        schemas = (json.loads(config) or {}).get("schemas")
        if not schemas:
            raise Err("config.schemas is missing: name topics and their schemas")
        for topic, schema in schemas.items():
            try:
                validators[topic] = fastjsonschema.compile(schema)
            except fastjsonschema.JsonSchemaDefinitionException as error:
                raise Err(f"config.schemas.{topic}: {error}")


class Records(exports.Records):
    def on_records(self, batch: Batch) -> list[Verdict]:
        validator = validators.get(batch.topic)
        if validator is None:
            return [Verdict_Accept()] * len(batch.records)
        return [judge(record, validator) for record in batch.records]


def judge(record: KafkaRecord, validator) -> Verdict:
    if record.value is None:
        return Verdict_Accept()  # A tombstone takes away; it need not look like what it takes away.
    try:
        validator(json.loads(record.value))
    except fastjsonschema.JsonSchemaValueException as error:
        return Verdict_Reject(error.message)
    except ValueError as error:
        return Verdict_Reject(f"the value is not JSON: {error}")
    return Verdict_Accept()
