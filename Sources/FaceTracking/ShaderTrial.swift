import Foundation
import GLES
import Synchronization

/// Brings the shaders up in the background and measures them against the CPU.
final class ShaderTrial: Sendable {
  private struct State {
    var isDecided = false
    var winner: ShaderServant?
  }

  private let state = Mutex(State())
  private let decided = NSCondition()

  /// Starts at once; the calling thread goes on.
  init(networks: FaceNetworks) {
    let thread = GLThread()
    Thread.detachNewThread { [self] in
      let winner = thread.run { Self.hold(networks) }
      if winner == nil { thread.stop() }
      decided.withLock {
        state.withLock { state in
          state.isDecided = true
          state.winner = winner.map { ShaderServant($0, on: thread) }
        }
        decided.broadcast()
      }
    }
  }

  /// The shaders once they have won; nil before, and for good where they lost.
  var winner: ShaderServant? { state.withLock { $0.winner } }

  /// Whether it is over.
  var isDecided: Bool { state.withLock { $0.isDecided } }

  /// Waits for the decision.
  func wait() {
    decided.withLock {
      while !state.withLock({ $0.isDecided }) { decided.wait() }
    }
  }

  /// On the GL thread: the backend if this machine has a GPU and it is faster than the CPU.
  private static func hold(_ networks: FaceNetworks) -> ShaderBackend? {
    guard let context = try? GLContext(), !context.isSoftware,
      let shaders = try? ShaderBackend(networks: networks, context: context),
      let cpu = try? SIMDBackend(networks: networks),
      let gpuSeconds = try? BackendTiming.secondsPerFrame(shaders, networks: networks),
      let cpuSeconds = try? BackendTiming.secondsPerFrame(cpu, networks: networks)
    else { return nil }
    return gpuSeconds < cpuSeconds ? shaders : nil
  }
}
