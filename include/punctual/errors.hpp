#pragma once
// Every exception that Punctual throws. All derive from `Error`; the message is one line that names
// the value at fault, where it stands, and what would be right.
//
//     try {
//         scheduler.get_job("report");
//     } catch (const punctual::JobLookupError& error) {
//         std::puts(error.what());   // no job "report" in any store
//     }

#include <stdexcept>
#include <string>

namespace punctual {

/// The base of every exception that Punctual throws.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A value that cannot be what it is meant to be: text that does not parse, a number out of range.
class ValueError : public Error {
public:
    using Error::Error;
};

/// A time zone that the tz database does not have, or a name that is not one.
class TimeZoneError : public ValueError {
public:
    using ValueError::ValueError;
};

/// A date, time or duration that is malformed or out of range.
class TimeFormatError : public ValueError {
public:
    using ValueError::ValueError;
};

/// A trigger with a wrong field, key or value.
class TriggerError : public ValueError {
public:
    using ValueError::ValueError;
};

/// A combined trigger gave up after its bounded number of steps; whether an instant exists is open.
class SearchLimitError : public Error {
public:
    using Error::Error;
};

/// A value that cannot be stored, or stored data that cannot be read back as the type asked for.
class SerializationError : public ValueError {
public:
    using ValueError::ValueError;
};

/// Settings with an unknown key, a wrong value, or a component that this build does not have; also
/// a change of configuration while the scheduler runs.
class ConfigurationError : public ValueError {
public:
    using ValueError::ValueError;
};

/// A task that is not registered, or registered twice with one name.
class TaskError : public Error {
public:
    using Error::Error;
};

/// A job with this id exists already.
class ConflictingIdError : public Error {
public:
    using Error::Error;
};

/// No job has this id.
class JobLookupError : public Error {
public:
    using Error::Error;
};

/// The scheduler has no store of this name.
class UnknownStoreError : public Error {
public:
    using Error::Error;
};

/// The scheduler has no executor of this name.
class UnknownExecutorError : public Error {
public:
    using Error::Error;
};

/// `start` on a scheduler that runs already.
class SchedulerAlreadyRunningError : public Error {
public:
    using Error::Error;
};

/// An operation that needs a running scheduler.
class SchedulerNotRunningError : public Error {
public:
    using Error::Error;
};

/// A store that does not answer, is damaged, was written by a newer version, or is in use.
class StoreError : public Error {
public:
    using Error::Error;
};

/// A store failure that may pass by itself (locked, disk full, connection lost): worth a retry.
class StoreUnavailableError : public StoreError {
public:
    using StoreError::StoreError;
};

/// A transaction that cannot take jobs: none is under way, it has failed, it is on another database
/// than the store, or the store takes part in none.
class TransactionError : public Error {
public:
    using Error::Error;
};

/// An executor that cannot take the run.
class ExecutorError : public Error {
public:
    using Error::Error;
};

}  // namespace punctual
