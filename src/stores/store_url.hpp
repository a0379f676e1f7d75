#pragma once
// URLs of stores on servers: scheme://user:password@host:port,other:port/path?option=value&…
// They hold passwords, so what is said about one that is wrong shows no part of it that may be one.

#include <punctual/time.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace punctual::detail {

/// What the URLs of one kind of store are like.
struct StoreUrlKind {
    std::string_view name;  ///< "Redis"
    std::span<const std::string_view> schemes;
    std::string_view example;
};

struct StoreUrlServer {
    std::string host;   ///< Without brackets; empty if none is named.
    unsigned port = 0;  ///< 0: none is named.
};

struct StoreUrlOption {
    std::string_view name;
    std::string_view raw;  ///< The value as it is written.
    std::string value;

    /// True if that is its name; `-` and `_` are the same.
    [[nodiscard]] bool is(std::string_view other) const;
};

/// *Throws* ConfigurationError, from all functions that read something: one line that shows neither
/// the URL nor the login. *Lifetime*: within that of the text and the kind.
///
/// People forget to escape what is in a password, so the login ends at the last @, but for one that
/// is of an option's value: there are options then, and no @ in the path, and servers before it.
class StoreUrl {
public:
    StoreUrl(std::string_view url, const StoreUrlKind& kind);

    [[nodiscard]] std::string_view scheme() const { return scheme_; }
    [[nodiscard]] bool has_login() const { return has_login_; }
    [[nodiscard]] const std::string& user() const { return user_; }
    [[nodiscard]] const std::optional<std::string>& password() const { return password_; }
    /// At least one, which may be without a name.
    [[nodiscard]] const std::vector<StoreUrlServer>& servers() const { return servers_; }
    /// Where there can be no other.
    [[nodiscard]] const StoreUrlServer& only_server() const;
    /// Without its first slash.
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const std::vector<StoreUrlOption>& options() const { return options_; }

    /// The value of an option that messages may show.
    [[nodiscard]] const std::string& text(const StoreUrlOption& option) const;
    [[nodiscard]] unsigned number(const StoreUrlOption& option, unsigned least, unsigned most,
                                  std::string_view unit = {}) const;
    [[nodiscard]] Duration duration(const StoreUrlOption& option, Duration least,
                                    Duration most) const;

    /// `reason` continues "the URL of the Redis store".
    [[noreturn]] void refuse(std::string_view reason) const;
    /// `allowed` continues "which can be".
    [[noreturn]] void refuse_value(const StoreUrlOption& option, std::string_view allowed) const;
    /// `allowed` has the names of all options.
    [[noreturn]] void refuse_option(const StoreUrlOption& option, std::string_view allowed) const;

private:
    [[nodiscard]] std::string decode(std::string_view text, std::string_view part) const;
    void read_login(std::string_view login);
    void read_servers(std::string_view text);
    [[nodiscard]] StoreUrlServer read_server(std::string_view text) const;
    void read_options(std::string_view query);

    const StoreUrlKind& kind_;
    std::string_view scheme_;
    bool has_login_ = false;
    std::string user_;
    std::optional<std::string> password_;
    std::vector<StoreUrlServer> servers_;
    std::string path_;
    std::vector<StoreUrlOption> options_;
    /// There is an @ in the options: what looks like them may be of a password.
    bool hides_options_ = false;
};

/// Calls `take` with each of the parts between separators; at least one.
template <class Take>
void split(std::string_view text, char separator, Take take) {
    while (true) {
        const std::size_t end = text.find(separator);
        take(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

/// A number in digits and nothing else; none if it is out of the range.
[[nodiscard]] std::optional<unsigned> read_number(std::string_view text, unsigned least,
                                                  unsigned most);

}  // namespace punctual::detail
