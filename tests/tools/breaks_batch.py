"""Breaks of how many files are run: who works, who ends with whom, and what is done again."""

from breaks import Break

BATCH = "pbal_xl/batch/"
WORKERS = "tests/batch/test_workers.py"
MANY = "tests/batch/test_many_files.py"

BREAKS = (
    # Copies
    Break(BATCH + "copies.py", "and threading.active_count() == 1", "and True", WORKERS + " -knobody_else"),
    Break(BATCH + "copies.py", "while os.getppid() == run:", "while True:", WORKERS + " -kwhatever_else"),
    Break(BATCH + "copies.py", "    os.kill(os.getpid(), signal.SIGTERM)", "    os._exit(1)",
          WORKERS + " -khalf_written"),
    Break(BATCH + "copies.py", "signal.signal(signal.SIGINT, signal.SIG_IGN)", "pass", WORKERS + " -kinterrupt"),
    Break(BATCH + "copies.py", "signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)",
          "signal.pthread_sigmask(signal.SIG_BLOCK, [])", WORKERS + " -kinterrupt"),
    Break(BATCH + "copies.py", "signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)", "pass", WORKERS),
    Break(BATCH + "copies.py", "number == signal.SIGTERM or signal.getsignal(number) != signal.SIG_IGN", "True",
          WORKERS + " -kterminal"),
    Break(BATCH + "copies.py", "    time.sleep(_LONGEST_END)\n    os._exit(1)", "    time.sleep(60)",
          WORKERS + " -khang"),
    Break(BATCH + "copies.py", "    if not _Worker.busy:\n        os._exit(1)", "    os._exit(1)",
          WORKERS + " -khalf_written"),
    # Parts
    Break(BATCH + "workers.py", "min(_MOST_AT_ONCE, (len(jobs) - at)", "min(_MOST_AT_ONCE, len(jobs)", WORKERS),
    Break(BATCH + "workers.py", "            end_with(run)\n", "            pass\n", WORKERS + " -kwhatever_else"),
    Break(BATCH + "workers.py", "        outcomes.append(run_job(job))\n        end_if_told()",
          "        outcomes.append(run_job(job))", WORKERS),
    Break(BATCH + "workers.py", "    except OSError as error:", "    except KeyError as error:",
          WORKERS + " -kmore_workers"),
    # What is done again
    Break(BATCH + "run.py", "multiprocessing.current_process().daemon or ", "", WORKERS + " -kdaemon"),
    Break(BATCH + "run.py", 'any(place.startswith("memory://") for place in places)', "False",
          WORKERS + " -kmemory"),
    Break(BATCH + "run.py", "waiting = again + waiting[len(batch) :]", "waiting = waiting[len(batch) :]",
          WORKERS + " -kdone_by_another"),
    Break(BATCH + "run.py", "since=job.since or started) for job in left", "since=job.since) for job in left",
          WORKERS + " -kdone_by_another"),
    Break("pbal_xl/cli_batch.py", "tqdm.monitor_interval = 0", "tqdm.monitor_interval = 10",
          WORKERS + " -kprogress"),
    Break("pbal_xl/cli.py", "    _open_what_is_closed()\n", "", WORKERS + " -kclosed"),
    Break("pbal_xl/cli.py", "<= _LAST_STREAM:", "< 0:", WORKERS + " -kcomes_to_stand"),
)  # fmt: skip
