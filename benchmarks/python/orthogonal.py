"""Times torch.nn.init.orthogonal_ on all threads: one run for each line read, which is the size; answers its seconds."""

import sys
import time

import torch


def main():
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
    for line in sys.stdin:
        tensor = torch.empty(int(line), int(line))
        start = time.perf_counter()
        torch.nn.init.orthogonal_(tensor)
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
