// Where the server listens and how it proves who it is.

import NIOSSL

package struct HTTPServiceConfiguration: Sendable {
    /// The address to listen on.
    package var host: String
    /// 0 lets the kernel choose; `HTTPService.port()` says which.
    package var port: Int
    /// PEM files: this node's certificate (followed by intermediates), its key, and the authority that nodes' and
    /// clients' certificates must come from.
    package var certificateFile: String
    package var keyFile: String
    package var authorityFile: String
    /// One address may have half of them.
    package var maximumConnections = 1024
    package var patience = ConnectionPatience()
    /// After a graceful shutdown began, requests still running are cut off after this time.
    package var drainTimeout: Duration = .seconds(10)

    package init(
        host: String = "0.0.0.0", port: Int = 8443, certificateFile: String, keyFile: String, authorityFile: String
    ) {
        self.host = host
        self.port = port
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.authorityFile = authorityFile
    }

    /// Browsers come without a certificate, nodes with one: a certificate that is presented must be good, none is fine.
    /// The list of authorities keeps browsers from asking people which of their other certificates to send.
    ///
    /// - Throws: `HTTPServiceError.invalidCertificate`; `check-config` calls it for that.
    package func tlsConfiguration() throws -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
            let key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
            let authorities = try NIOSSLCertificate.fromPEMFile(authorityFile)
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv12
            tls.certificateVerification = .optionalVerification
            tls.trustRoots = .certificates(authorities)
            tls.sendCANameList = true
            // A client that is gone without saying goodbye should not keep a stopping daemon for five seconds.
            tls.shutdownTimeout = .seconds(1)
            tls.applicationProtocols = ["http/1.1"]
            _ = try NIOSSLContext(configuration: tls)
            return tls
        } catch {
            throw HTTPServiceError(
                code: .invalidCertificate,
                message: "the HTTPS certificate cannot be used; check \(certificateFile), \(keyFile) and "
                    + authorityFile,
                cause: error)
        }
    }
}
