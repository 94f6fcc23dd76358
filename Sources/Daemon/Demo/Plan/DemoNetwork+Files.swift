// The settings of the three nodes as text.

import Foundation
import Vocabulary

extension DemoNetwork {
    /// `node.yaml`, see `ConfigurationKeys` in Node.
    package func configuration(of node: DemoNode) -> String {
        """
        # Written by jieli demo; written anew at each start.
        node:
          name: \(node.name)
          tier: \(node.tier.rawValue)
          institution: \(Self.quoted(node.institution))
        directory: \(Self.quoted(node.directory))
        peers: peers.yaml
        rules: rules.yaml
        dicom:
          aeTitle: \(node.aeTitle)
          host: \(Self.host)
          port: \(node.dicomPort)
          tlsPort: \(node.dicomTLSPort)
          lanRetrieve: all
          minimumFreeMegabytes: 64
        http:
          host: \(Self.host)
          port: \(node.httpPort)
        tls:
          certificate: node.pem
          key: node.key
          authority: \(Self.quoted(authorityFile))
          receiptCertificate: receipt.pem
          receiptKey: receipt.key
        reading:
          enabled: \(node.isReading)
        study:
          settleSeconds: 3

        """
    }

    /// `peers.yaml`, see `PeerDirectory`.
    ///
    /// - Parameter client: fingerprint of the test client's certificate.
    package func peers(of node: DemoNode, client: Digest) -> String {
        var text = "# Written by jieli demo; written anew at each start.\n"
        if let parent = parent(of: node) {
            text += """
                parents:
                  - name: \(parent.name)
                    aeTitle: \(parent.aeTitle)
                    host: \(Self.host)
                    dicomTLSPort: \(parent.dicomTLSPort)
                    url: \(parent.httpURL)

                """
            if let further = self.parent(of: parent) { text += "    reaches: [\(further.name)]\n" }
        }
        if let child = child(of: node) {
            text += """
                children:
                  - name: \(child.name)
                    aeTitle: \(child.aeTitle)

                """
        }
        if let title = Self.clientAETitle {
            text += """
                clients:
                  - aeTitle: \(title)
                    fingerprint: \(client)
                    retrieve: all

                """
        }
        return text
    }

    /// `rules.yaml`, see `RoutingRules`.
    package func rules(of node: DemoNode) -> String {
        let reads = node == reader || node == city
        let action = reads ? "read: here" : "forward: \(parent(of: node)?.name ?? node.name)"
        let name = reads ? "本中心阅片 (read here)" : "全部上送 (forward everything)"
        return """
            # Written by jieli demo; written anew at each start.
            rules:
              - name: \(Self.quoted(name))
                then:
                  \(action)

            """
    }

    package func parent(of node: DemoNode) -> DemoNode? {
        node == edge ? county : node == county ? city : nil
    }

    package func child(of node: DemoNode) -> DemoNode? {
        node == city ? county : node == county ? edge : nil
    }

    /// A YAML double-quoted scalar.
    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where scalar.value < 0x20: "\\x" + String(String(scalar.value + 0x100, radix: 16).dropFirst())
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
