#pragma once
// A store that is looked at, maybe beside the scheduler that uses it.

#include <punctual/errors.hpp>
#include <punctual/stores/store.hpp>

#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace CLI {
class App;
}

namespace punctual::program {

/// What `punctual jobs` and `punctual runs` have in common.
struct ViewOptions {
    std::optional<std::string> store = {};  ///< Its URL; otherwise `jobs.sqlite` in this folder.
    std::string job = {};                   ///< Only the one of this id; empty: all.
    std::size_t limit = 100;
    bool json = false;  ///< One object a line instead of a table.
    /// In which tables show times; otherwise what suits the command.
    std::optional<std::string> timezone = {};
};

/// Adds the options to a command. *Lifetime*: `options` must outlive `command`.
void add_view_options(CLI::App& command, ViewOptions& options);

/// The store, opened to look: nothing in it changes, and its scheduler runs on. *Throws*
/// ConfigurationError for a URL that is malformed or names jobs that others cannot see, StoreError
/// for a store that is not there or cannot be read.
[[nodiscard]] std::shared_ptr<JobStore> open_to_look(const ViewOptions& options, Instant now);

/// Calls `show`; what it throws becomes one line of `errors`. Returns the exit code: 0, 2 for bad
/// input, 1 for a store that fails.
template <class Show>
int report_errors(const char* command, std::ostream& errors, Show show) {
    const auto report = [&](const std::exception& error, int exit_code) {
        errors << "punctual " << command << ": " << error.what() << '\n';
        return exit_code;
    };
    try {
        show();
        return 0;
    } catch (const ConfigurationError& error) {
        return report(error, 2);
    } catch (const TimeZoneError& error) {
        return report(error, 2);
    } catch (const Error& error) {
        return report(error, 1);
    }
}

}  // namespace punctual::program
