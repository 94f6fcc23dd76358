// Signing for what is safe here.

import Database
import Logging
import Observability
import Relay
import ServiceLifecycle
import Vocabulary

/// Signs receipts in batches: what became durable while the last batch was being signed goes into the next one.
package struct ReceiptService: Service {
    private let flow: FlowContext
    private let signer: ReceiptSigner
    private let clock: any Clock<Duration>
    private let batch = 500
    /// Lets a burst gather, so that a study needs a few signatures and not one for each image.
    private let gather: Duration = .milliseconds(150)

    package init(_ flow: FlowContext, signer: ReceiptSigner, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.signer = signer
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await signSome() > 0 {}
                } catch {
                    flow.logger.log(.error, "signing receipts failed; it is tried again", [.error: "\(error.sentence)"])
                }
                await flow.signals.receipts.wait(atMost: .seconds(5), clock: clock)
                do { try await clock.sleep(for: gather) } catch { return }
            }
        }
    }

    /// - Returns: how many instances were signed for.
    package func signSome() async throws -> Int {
        let (count, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            var count = 0
            for child in flow.node.children {
                guard let due = try flow.receipts.takeDue(child, limit: batch, in: transaction) else { continue }
                count += due.items.count
                let receipt = try signer.sign(due.items, at: flow.clock.now())
                try Messenger(flow).send(ReceiptsIssued(receipt: receipt), to: child, in: transaction, wakes: &wakes)
            }
            return (count, wakes)
        }
        wakes.ring(flow.signals)
        return count
    }
}
