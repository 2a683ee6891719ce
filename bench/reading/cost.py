"""What reading costs: time on one core, memory, the size of the weights."""

import subprocess
import sys
import time
from statistics import median

from allears.pipeline.understanding.heads import WEIGHTS
from allears.pipeline.understanding.reader import read_texts
from allears.pipeline.understanding.reading import Text
from bench.reading import Row, Sets

BATCH = 100
RUNS = 5
SPOKEN = ("sentiment_tweeteval_en", "ru_sentirueval_brands", "vi_aivivn_reviews")
OURS = (
    "Where is my order 5521? It was promised for Monday 😡",
    "Заказ так и не пришёл, верните деньги!!! Жду ответа сегодня",
    "Giao hàng nhanh, đóng gói cẩn thận, shop tư vấn nhiệt tình",
    "Love the app, but it ate my money. Call me: +1 202 555 0143",
)
ALONE = """
import resource, sys
def held():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 1e6
import numpy
before = held()
from allears.pipeline.understanding.reader import read_texts
from allears.pipeline.understanding.reading import Text
read_texts([Text(text="Where is my order? Где заказ? Giao hàng chậm quá " * 3)] * 100)
print(held() - before)
"""


def speed(sets: Sets) -> dict[str, float]:
    """Read texts of three languages in batches; return CPU microseconds a message, and messages a second."""
    texts = [row["text"] for name in SPOKEN for row in sets.test(name)[:1000]] or list(OURS) * 250
    batches = [[Text(text=one) for one in texts[at : at + BATCH]] for at in range(0, len(texts), BATCH)]
    read_texts(batches[0])
    took = []
    for _ in range(RUNS):
        began = time.process_time()
        for batch in batches:
            read_texts(batch)
        took.append((time.process_time() - began) / len(texts))
    return {"us": round(median(took) * 1e6, 1), "a_second": round(1 / median(took))}


def size(_sets: Sets) -> dict[str, float]:
    """Return the megabytes of the weights, and of what a process holds more of once it has read."""
    weights = sum(path.stat().st_size for path in WEIGHTS.rglob("*") if path.is_file())
    held = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True).stdout
    return {"weights_mb": round(weights / 1e6, 1), "memory_mb": round(float(held), 1)}


ROWS = [
    Row(
        task="the whole reading, one core, batches of 100",
        measure=speed,
        floor={"us": 1000},
        reach={"us": 300},
        moonshot={"us": 100},
        is_less_better=True,
    ),
    Row(
        task="weights, memory when loaded",
        measure=size,
        floor={"weights_mb": 30, "memory_mb": 80},
        reach={"weights_mb": 30, "memory_mb": 80},
        moonshot={"weights_mb": 15, "memory_mb": 50},
        is_less_better=True,
    ),
]
