"""Refuses records without a value, and accepts all others."""

from wit_world import exports
from wit_world.exports.records import Verdict, Verdict_Accept, Verdict_Reject
from wit_world.imports import logging
from wit_world.imports.logging import Level
from wit_world.imports.types import Batch


class Lifecycle(exports.Lifecycle):
    def init(self, config: str) -> None:
        """Once at the start, with what settings.yaml says as JSON. Raising Err("…") keeps the plugin from starting."""
        logging.log(Level.INFO, "", f"Hello from {{name}}, with config {config}")


class Records(exports.Records):
    def on_records(self, batch: Batch) -> list[Verdict]:
        """One verdict per record, in their order."""
        return [Verdict_Accept() if record.value else Verdict_Reject("the value is empty") for record in batch.records]
