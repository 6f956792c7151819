//! Whom a client trusts, who it is, and with which cryptography.

use std::{fmt, sync::Arc};

use tokio_rustls::rustls::{
    self, ClientConfig, RootCertStore,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem, pem::PemObject as _},
};

use super::Tls;

/// Builds a [`Tls`].
///
/// The roots are those that are added here. If none are added, they are those of [`Tls::new`].
///
/// ```no_run
/// use wsdraft::tokio::tls::Tls;
///
/// # fn build() -> Result<Tls, Box<dyn std::error::Error>> {
/// // A private certificate authority, and a certificate that the server asks for.
/// let tls = Tls::builder()
///     .root_pem(std::fs::read("ca.pem")?)
///     .client_certificate_pem(std::fs::read("client.pem")?, std::fs::read("client-key.pem")?)
///     .build()?;
/// # Ok(tls)
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct TlsBuilder {
    roots: Option<RootCertStore>,
    provider: Option<Arc<CryptoProvider>>,
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
    server_name: Option<ServerName<'static>>,
    /// The first mistake.
    mistake: Option<TlsError>,
}

/// Why there is no TLS configuration.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TlsError {
    /// There is no cryptography: see [the module](crate::tokio::tls#cryptography).
    NoProvider,
    /// No roots are added, and neither feature `native-roots` nor `webpki-roots` is enabled.
    NoRoots,
    /// The operating system provides no certificates, and why.
    System(String),
    /// A PEM text cannot be read, or does not contain what it has to contain, and why.
    Pem(String),
    /// The server name is neither a DNS name nor an IP address.
    ServerName(String),
    /// rustls rejects a certificate, a key or the provider.
    Rustls(rustls::Error),
}

impl TlsBuilder {
    fn try_or_note(mut self, change: impl FnOnce(&mut Self) -> Result<(), TlsError>) -> Self {
        if self.mistake.is_none() {
            self.mistake = change(&mut self).err();
        }
        self
    }

    fn store(&mut self) -> &mut RootCertStore {
        self.roots.get_or_insert_with(RootCertStore::empty)
    }

    fn add_root(&mut self, root: CertificateDer<'_>) -> Result<(), TlsError> {
        self.store().add(root.into_owned())?;
        Ok(())
    }

    /// Trusts the roots of the operating system. The variables `SSL_CERT_FILE` and `SSL_CERT_DIR`
    /// override them. Certificates that cannot be read are skipped.
    #[cfg(feature = "native-roots")]
    pub fn platform_roots(self) -> Self {
        self.try_or_note(|builder| {
            let found = rustls_native_certs::load_native_certs();
            let (added, _unfit) = builder.store().add_parsable_certificates(found.certs);
            if added > 0 {
                return Ok(());
            }
            let errors = found.errors.iter().map(ToString::to_string);
            Err(TlsError::System(errors.collect::<Vec<_>>().join("; ")))
        })
    }

    /// Trusts the roots that Mozilla trusts, as of the release of the crate `webpki-roots`.
    #[cfg(feature = "webpki-roots")]
    pub fn webpki_roots(self) -> Self {
        self.try_or_note(|builder| {
            let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned();
            builder.store().extend(roots);
            Ok(())
        })
    }

    /// Trusts the certificates in a PEM text, of which there must be at least one.
    pub fn root_pem(self, pem: impl AsRef<[u8]>) -> Self {
        self.try_or_note(|builder| {
            for root in certificates(pem.as_ref())? {
                builder.add_root(root)?;
            }
            Ok(())
        })
    }

    /// Trusts this certificate, in DER.
    pub fn root_der(self, der: impl AsRef<[u8]>) -> Self {
        self.try_or_note(|builder| builder.add_root(CertificateDer::from(der.as_ref())))
    }

    /// Trusts these roots. An empty store trusts no server.
    pub fn roots(mut self, roots: RootCertStore) -> Self {
        self.store().extend(roots.roots);
        self
    }

    /// Identifies the client to servers that ask for it: a chain that begins with the client's
    /// certificate, and its private key.
    pub fn client_certificate(
        mut self,
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Self {
        self.identity = Some((chain, key));
        self
    }

    /// As [`client_certificate`](Self::client_certificate), from PEM texts. Both may be the same
    /// text.
    pub fn client_certificate_pem(self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        self.try_or_note(|builder| {
            let chain = certificates(chain.as_ref())?;
            let key = PrivateKeyDer::from_pem_slice(key.as_ref())?;
            builder.identity = Some((chain, key));
            Ok(())
        })
    }

    /// The name that the server has to prove, and that is sent to it (SNI), instead of the host of
    /// the URL. The host in the request stays that of the URL.
    pub fn server_name(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.try_or_note(|builder| {
            let parsed = ServerName::try_from(name.clone());
            builder.server_name = Some(parsed.map_err(|_| TlsError::ServerName(name))?);
            Ok(())
        })
    }

    /// The cryptography, instead of the default: see [the module](crate::tokio::tls#cryptography).
    pub fn provider(mut self, provider: Arc<CryptoProvider>) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Builds the configuration.
    ///
    /// # Errors
    /// The first mistake in what was added, or a lack of roots or of cryptography.
    pub fn build(self) -> Result<Tls, TlsError> {
        let builder = match self.roots {
            Some(_) => self,
            None => self.default_roots(),
        };
        if let Some(mistake) = builder.mistake {
            return Err(mistake);
        }
        let provider = match builder.provider {
            Some(provider) => provider,
            None => default_provider()?,
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(builder.roots.unwrap_or_else(RootCertStore::empty));
        let mut config = match builder.identity {
            Some((chain, key)) => config.with_client_auth_cert(chain, key)?,
            None => config.with_no_client_auth(),
        };
        // The opening handshake uses HTTP/1.1 (RFC 6455 §4.1).
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls::with_config(Arc::new(config)).named(builder.server_name))
    }

    #[cfg(feature = "native-roots")]
    fn default_roots(self) -> Self {
        self.platform_roots()
    }

    #[cfg(all(feature = "webpki-roots", not(feature = "native-roots")))]
    fn default_roots(self) -> Self {
        self.webpki_roots()
    }

    #[cfg(not(any(feature = "native-roots", feature = "webpki-roots")))]
    fn default_roots(self) -> Self {
        self.try_or_note(|_| Err(TlsError::NoRoots))
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>()?;
    if found.is_empty() {
        return Err(TlsError::Pem("it contains no certificate".into()));
    }
    Ok(found)
}

/// The provider of the process, or else the built-in one.
fn default_provider() -> Result<Arc<CryptoProvider>, TlsError> {
    match CryptoProvider::get_default() {
        Some(provider) => Ok(Arc::clone(provider)),
        None => built_in_provider(),
    }
}

#[cfg(feature = "ring")]
#[allow(
    clippy::unnecessary_wraps,
    reason = "without the feature there is none"
)]
fn built_in_provider() -> Result<Arc<CryptoProvider>, TlsError> {
    Ok(Arc::new(rustls::crypto::ring::default_provider()))
}

#[cfg(not(feature = "ring"))]
fn built_in_provider() -> Result<Arc<CryptoProvider>, TlsError> {
    Err(TlsError::NoProvider)
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        Self::Rustls(error)
    }
}

impl From<pem::Error> for TlsError {
    fn from(error: pem::Error) -> Self {
        Self::Pem(error.to_string())
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProvider => f.write_str(
                "there is no cryptography for TLS: enable the feature `ring`, or install a provider with rustls's `CryptoProvider::install_default`",
            ),
            Self::NoRoots => f.write_str(
                "there are no roots for TLS: add some, or enable the feature `native-roots` or `webpki-roots`",
            ),
            Self::System(why) if why.is_empty() => {
                f.write_str("the operating system provides no root certificates")
            }
            Self::System(why) => {
                write!(f, "the operating system provides no root certificates: {why}")
            }
            Self::Pem(why) => write!(f, "the PEM text cannot be used: {why}"),
            Self::ServerName(name) => {
                write!(f, "{name:?} is neither a DNS name nor an IP address")
            }
            Self::Rustls(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TlsError {}
