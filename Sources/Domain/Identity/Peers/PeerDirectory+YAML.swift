// The file of peers.

import Foundation
import Vocabulary
import Yams

extension PeerDirectory {
    /// Reads `peers.yaml`:
    ///
    /// ```yaml
    /// parents:
    ///   - name: jieyang                  # the node's name, as in its certificate
    ///     aeTitle: JIEYANG
    ///     host: 127.0.0.1                # for DICOM TLS; must stand in its certificate
    ///     dicomTLSPort: 2762
    ///     url: https://127.0.0.1:8443    # for events; no trailing slash
    ///     reaches: [guangzhou]           # optional: nodes behind it
    ///     link: {limit: 20 Mbit/s}       # optional; see LinkPolicy
    /// children:
    ///   - name: paotai
    ///     aeTitle: PAOTAI                # or aeTitles: [PAOTAI, PAOTAI2]
    ///     issuer: paotai                 # optional: issuer of patient IDs; the name unless given
    ///     issuersBelow: [guanbu]         # optional: issuers of the hospitals below it
    /// clients:
    ///   - aeTitle: DEMOCLIENT
    ///     fingerprint: 64 hexadecimal digits, SHA-256 of the certificate
    ///     retrieve: all                  # or own, none (the default)
    /// ```
    ///
    /// - Throws: `IdentityError.invalidPeers`, whose message begins with file, line and column.
    package init(yaml: String, file: String = "peers.yaml") throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw IdentityError(code: .invalidPeers, message: "\(file) is not YAML", cause: error)
        }
        guard let root, root.null == nil else {
            self.init()
            return
        }
        var top = try YAMLMapping(root, file: file, what: "the file")
        let parents = try top.mappings("parents", what: "a parent")
        let children = try top.mappings("children", what: "a child")
        let clients = try top.mappings("clients", what: "a client")
        try top.finish(known: "parents, children, clients")
        self.init(
            parents: try parents.map(ParentPeer.init(yaml:)), children: try children.map(ChildPeer.init(yaml:)),
            clients: try clients.map(DICOMClient.init(yaml:)))
        try refuseDoubles(places: parents + children, clientPlaces: clients)
    }

    /// An absent file is an error: a node without peers has an empty one, or none in its configuration.
    package init(file path: String) throws {
        try self.init(yaml: PEMFile.read(path), file: (path as NSString).lastPathComponent)
    }

    private func refuseDoubles(places: [YAMLMapping], clientPlaces: [YAMLMapping]) throws {
        var names = Set<NodeName>()
        for (name, place) in zip(parents.map(\.name) + children.map(\.name), places)
        where !names.insert(name).inserted {
            throw place.fault("node '\(name)' stands here twice; a node is parent or child, once")
        }
        var titles = Set<AETitle>()
        for (list, place) in zip(
            parents.map { [$0.aeTitle] } + children.map(\.aeTitles) + clients.map { [$0.aeTitle] },
            places + clientPlaces)
        {
            for title in list where !titles.insert(title).inserted {
                throw place.fault("AE title '\(title)' is given to two peers; each needs its own")
            }
        }
    }
}

extension ParentPeer {
    fileprivate init(yaml: YAMLMapping) throws {
        var yaml = yaml
        name = try yaml.value("name", "a node name (lower-case letters, digits, hyphens)", NodeName.init(rawValue:))
        aeTitle = try yaml.value("aeTitle", "an AE title (1 to 16 characters)", AETitle.init(rawValue:))
        host = try yaml.text("host")
        dicomTLSPort = try yaml.value("dicomTLSPort", "a port (1 to 65535)") { text in
            Int(text).flatMap { (1...65535).contains($0) ? $0 : nil }
        }
        url = try yaml.value("url", "https://HOST:PORT without a path or trailing slash") { text in
            guard let url = URL(string: text), url.scheme == "https", let host = url.host(), !host.isEmpty,
                url.path.isEmpty, url.query == nil, url.fragment == nil, url.user == nil
            else { return nil }
            return text
        }
        reaches = try yaml.values("reaches", "a node name", NodeName.init(rawValue:))
        link = try yaml.mapping("link", what: "'link'").map(LinkPolicy.init(yaml:)) ?? LinkPolicy()
        try yaml.finish(known: "name, aeTitle, host, dicomTLSPort, url, reaches, link")
    }
}

extension ChildPeer {
    fileprivate init(yaml: YAMLMapping) throws {
        var yaml = yaml
        let name = try yaml.value(
            "name", "a node name (lower-case letters, digits, hyphens)", NodeName.init(rawValue:))
        self.name = name
        aeTitles =
            try yaml.values("aeTitle", "an AE title (1 to 16 characters)", AETitle.init(rawValue:))
            + yaml.values("aeTitles", "an AE title (1 to 16 characters)", AETitle.init(rawValue:))
        issuer = try yaml.optionalText("issuer") ?? name.rawValue
        issuersBelow = try yaml.values("issuersBelow", "an issuer of patient IDs") { $0.isEmpty ? nil : $0 }
        try yaml.finish(known: "name, aeTitle, aeTitles, issuer, issuersBelow")
        guard !aeTitles.isEmpty else { throw yaml.fault("'aeTitle' is missing") }
    }
}

extension DICOMClient {
    fileprivate init(yaml: YAMLMapping) throws {
        var yaml = yaml
        aeTitle = try yaml.value("aeTitle", "an AE title (1 to 16 characters)", AETitle.init(rawValue:))
        fingerprint = try yaml.value("fingerprint", "a SHA-256 fingerprint of 64 hexadecimal digits") {
            Digest(hexadecimal: $0.lowercased().replacing(":", with: ""))
        }
        retrieve =
            try yaml.optionalValue("retrieve", "one of all, own, none", RetrieveGrant.init(rawValue:)) ?? .none
        try yaml.finish(known: "aeTitle, fingerprint, retrieve")
    }
}
