#pragma once
// Certificates for the tests of TLS, gone with them.

#include <string>
#include <vector>

#include "contract/temporary_folder.hpp"

namespace punctual::contract {

/// `authority.crt`, `server.crt` with `server.key`, which the authority gave to localhost and
/// 127.0.0.1, and `other.crt`, an authority that knows nobody. *Throws* std::runtime_error.
class Certificates {
public:
    /// `user` is who the server runs as if the tests are root's: some want their key for
    /// themselves.
    explicit Certificates(const std::string& user);

    /// False if there is no openssl here.
    [[nodiscard]] static bool can_make();
    [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

private:
    void make(const std::string& name, const std::vector<std::string>& options) const;

    TemporaryFolder folder_;
};

}  // namespace punctual::contract
