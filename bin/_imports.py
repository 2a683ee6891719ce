"""Keep the contracts in pyproject.toml: who may import whom. Tests may import what they test and the cast."""

import sys

from grimp import ImportGraph
from importlinter.adapters.building import GraphBuilder
from importlinter.application.app_config import settings
from importlinter.cli import lint_imports


class ProductGraphBuilder(GraphBuilder):
    """Builds the graph of what is shipped."""

    def build(self, *arguments: object, **options: object) -> ImportGraph:
        graph = super().build(*arguments, **options)
        for module in [module for module in graph.modules if is_test(module)]:
            graph.remove_module(module)
        return graph


def is_test(module: str) -> bool:
    return any(part in {"tests", "conftest"} or part.startswith("test_") for part in module.split("."))


if __name__ == "__main__":
    settings.configure(GRAPH_BUILDER=ProductGraphBuilder())
    sys.exit(lint_imports(no_logo=True))
