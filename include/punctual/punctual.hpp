#pragma once
// Everything an application needs.

#include <punctual/call.hpp>
#include <punctual/chain.hpp>
#include <punctual/config.hpp>
#include <punctual/errors.hpp>
#include <punctual/event.hpp>
#include <punctual/executors/command.hpp>
#include <punctual/executors/process_pool.hpp>
#include <punctual/job.hpp>
#include <punctual/retry.hpp>
#include <punctual/run.hpp>
#include <punctual/scheduler.hpp>
#include <punctual/schedulers/background.hpp>
#include <punctual/schedulers/blocking.hpp>
#include <punctual/task.hpp>
#include <punctual/time.hpp>
#include <punctual/trigger.hpp>
#include <punctual/triggers/calendar_interval.hpp>
#include <punctual/triggers/combining.hpp>
#include <punctual/triggers/cron.hpp>
#include <punctual/triggers/crontab.hpp>
#include <punctual/triggers/date.hpp>
#include <punctual/triggers/interval.hpp>
#include <punctual/triggers/on_demand.hpp>
#include <punctual/value.hpp>
