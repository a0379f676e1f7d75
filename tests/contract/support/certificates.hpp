#pragma once
// Certificates for the tests of TLS, gone with them.

#include <string>
#include <vector>

#include "contract/temporary_folder.hpp"

namespace punctual::contract {

/// Files `….crt`, each with its `….key`. *Throws* std::runtime_error.
///
/// | name | |
/// |---|---|
/// | `authority`, `other` | who gave the certificates below |
/// | `server` | from the authority, for localhost and 127.0.0.1 |
/// | `client` | from the authority, for the user `punctual` |
/// | `visitor` | from the authority, for the user `visitor` |
/// | `stranger` | from the other, for the user `punctual` |
class Certificates {
public:
    /// `user` is who the server runs as if the tests are root's: some want their key for
    /// themselves.
    explicit Certificates(const std::string& user);

    /// False if there is no openssl here.
    [[nodiscard]] static bool can_make();
    [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

private:
    /// Signed by an authority.
    void issue(const std::string& name, const std::string& subject, const std::string& authority,
               const std::vector<std::string>& options = {}) const;
    void make(const std::string& name, const std::string& subject,
              const std::vector<std::string>& options) const;

    TemporaryFolder folder_;
};

}  // namespace punctual::contract
