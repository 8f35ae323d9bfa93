"""Reads configs with mmengine and prints how long that took. Standard input: a JSON list of paths."""

import json
import logging
import sys
import time
import warnings

from mmengine.config import Config

logging.disable(logging.CRITICAL)
warnings.filterwarnings('ignore')

files = json.load(sys.stdin)
errors = {}
start = time.perf_counter()
for file in files:
    try:
        Config.fromfile(file, import_custom_modules=False)
    except Exception as error:  # An error of one config is no reason to stop timing the others.
        errors[file] = f'{type(error).__name__}: {error}'
json.dump({'seconds': time.perf_counter() - start, 'errors': errors}, sys.stdout)
