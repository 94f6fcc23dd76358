// What this node is, as far as the flow of studies cares.

import DICOM
import Routing
import Vocabulary

package struct LocalNode: Hashable, Sendable {
    package var name: NodeName
    package var tier: Tier
    /// Issuer of the patient IDs of what is acquired here: the hospital.
    package var issuer: String
    /// Stands at the head of reports made here.
    package var institution: String
    /// Studies can be read here.
    package var hasReadingRole: Bool
    package var parents: [NodeName]
    package var children: [NodeName]
    /// Issuer of each child's patient IDs, used until an announcement says better.
    package var childIssuers: [NodeName: String]
    /// Issuers of the hospitals below each child, as far as somebody wrote them down.
    package var issuersBelow: [NodeName: Set<String>] = [:]
    /// Nodes further up and the parent through which each is reached.
    package var reachable: [NodeName: NodeName]
    /// How the link to each parent is used; the usual way where none is named.
    package var links: [NodeName: LinkPolicy] = [:]
    /// Least quiet time after which an acquired study is taken to be whole.
    package var settleAfter: Duration
    /// Quiet time grows with the pauses that its source makes, up to this.
    package var settleAtMost: Duration
    /// Wait once the source has released its last association with the study.
    package var settleGrace: Duration
    /// How long a complete study waits for an order before it may be read without one; zero: not at all.
    package var orderWait: Duration
    /// A claim without a sign of life lasts this long.
    package var lease: Duration
    /// A 0x0000 without a receipt is asked about after this long.
    package var receiptPatience: Duration
    /// How long files are kept, and how they are looked after.
    package var storage: StoragePolicy
    /// What bounds the structure of an object that is taken in.
    package var limits: StructureLimits = .intake

    package init(
        name: NodeName, tier: Tier, issuer: String, institution: String, hasReadingRole: Bool,
        parents: [NodeName] = [], children: [NodeName] = [], childIssuers: [NodeName: String] = [:],
        reachable: [NodeName: NodeName] = [:], settleAfter: Duration = .seconds(20),
        settleAtMost: Duration = .seconds(600), settleGrace: Duration = .seconds(5), orderWait: Duration = .zero,
        lease: Duration = .seconds(600), receiptPatience: Duration = .seconds(30),
        storage: StoragePolicy = StoragePolicy()
    ) {
        self.name = name
        self.tier = tier
        self.issuer = issuer
        self.institution = institution
        self.hasReadingRole = hasReadingRole
        self.parents = parents
        self.children = children
        self.childIssuers = childIssuers
        self.reachable = reachable
        self.settleAfter = settleAfter
        self.settleAtMost = settleAtMost
        self.settleGrace = settleGrace
        self.orderWait = orderWait
        self.lease = lease
        self.receiptPatience = receiptPatience
        self.storage = storage
    }

    package var topology: RoutingTopology {
        RoutingTopology(
            node: name, canReadHere: hasReadingRole, parents: parents, reachable: reachable, children: children)
    }
}
