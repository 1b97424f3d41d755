import FaceCore
import Foundation

@testable import OSCQuery

/// Runs `body` against a server on a free port of the loopback.
func withServer(
  _ change: (inout OSCQueryServer.Configuration) -> Void = { _ in },
  _ body: @Sendable @escaping (_ port: Int, _ feed: ObservationFeed) throws -> Void
) async throws {
  var configuration = OSCQueryServer.Configuration()
  configuration.port = 0
  configuration.announces = false
  // Beside other tests the server's tasks may wait for a thread.
  configuration.requestSeconds = BrowserClient.patienceSeconds
  change(&configuration)
  let feed = ObservationFeed()
  let (ports, continuation) = AsyncStream<Int>.makeStream()
  let server = try OSCQueryServer(configuration, feed: feed) { event in
    if case .listening(let port) = event { continuation.yield(port) }
  }
  let serving = Task { await server.run() }
  defer { serving.cancel() }
  for await port in ports {
    // The client blocks its thread, so it gets one of its own.
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      Thread.detachNewThread { done.resume(with: Result { try body(port, feed) }) }
    }
    break
  }
  serving.cancel()
  await serving.value
}

/// A face whose weight n is (n + 1) / 64, plus what `change` does.
func face(_ change: (inout FaceObservation) -> Void = { _ in }) -> FaceObservation {
  var face = FaceObservation.absent(at: CaptureTime(seconds: 12.5))
  face.isPresent = true
  face.confidence = 0.75
  for index in 0..<52 { face.weights[index] = Float(index + 1) / 64 }
  face.pose.rotation = Quaternion(yaw: .pi / 6, pitch: 0, roll: 0)
  change(&face)
  return face
}
