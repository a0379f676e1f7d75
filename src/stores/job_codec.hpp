#pragma once
// How durable stores keep what a job is: as columns of text, the same in each of them.

#include <punctual/stores/store.hpp>

#include "stores/recent_cache.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace punctual::detail {

/// A definition as stored.
struct StoredDefinition {
    std::string task;
    std::string arguments;  ///< A JSON array.
    std::string trigger;    ///< JSON, as written.
    std::string options;    ///< A JSON object: JobSettings, and what newer versions know besides.
    Instant added_at{};
};

/// The same, where a database client shows it.
struct StoredDefinitionView {
    std::string_view task;
    std::string_view arguments;
    std::string_view trigger;
    std::string_view options;
    Instant added_at{};
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>()(text);
    }
};

/// Definitions to text and back. Jobs that are alike share their trigger and their settings.
/// *Thread safety*: none; each connection has its own.
class JobCodec {
public:
    /// Members of `stored_options`, the text that is replaced, which this version does not know
    /// stay. *Throws* SerializationError for a call or a trigger that cannot be stored.
    [[nodiscard]] StoredDefinition encode(const JobDefinition& definition,
                                          std::string_view stored_options = {});
    /// Never throws for what is stored: what cannot be read is in the definition's `fault()`, and
    /// is written back as it was.
    [[nodiscard]] std::shared_ptr<const JobDefinition> decode(std::string id,
                                                              const StoredDefinitionView& stored);

private:
    template <class Entry>
    using TextCache = RecentCache<std::string, Entry, TextHash, std::equal_to<>>;

    const std::string& trigger_text(const Trigger& trigger);
    const std::string& settings_text(const std::shared_ptr<const JobSettings>& settings);
    Trigger read_trigger(const StoredDefinitionView& stored);
    std::shared_ptr<const JobSettings> read_settings(std::string_view text);

    TextCache<Trigger> triggers_{1024};
    TextCache<std::shared_ptr<const JobSettings>> settings_{1024};
    // Jobs added together mostly share their trigger and their settings.
    std::shared_ptr<const TriggerImplementation> last_trigger_;
    std::string last_trigger_text_;
    std::shared_ptr<const JobSettings> last_settings_;
    std::string last_settings_text_;
};

/// Stands for a job that was removed while a run of it went on.
[[nodiscard]] std::shared_ptr<const JobDefinition> make_removed_job(std::string id);

[[nodiscard]] Value encode_settings(const JobSettings& settings, Value stored = Value::object());
/// *Throws* SerializationError that names the option.
[[nodiscard]] JobSettings decode_settings(const Value& stored);

}  // namespace punctual::detail
