import Capture
import Foundation
import Testing

@testable import Accuracy

/// A shipped session in the dark: an eighth of its light, and a sensor's noise.
@Suite struct DarkSessionTests {
  private final class DarkSession: FrameSource {
    let description = "dark"
    let nominalRate = 30.0
    let frameCount: Int? = nil
    let isLive = false
    let damagedFrames = 0
    private let source: VideoFile
    private let pixels = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 640 * 480)
    private var noise: UInt32 = 1

    init(_ path: String) throws { source = try VideoFile(path: path) }

    deinit { pixels.deallocate() }

    func next() throws(CaptureError) -> FrameRead {
      guard case .frame(let frame) = try source.next() else { return .end }
      guard frame.width * frame.height == pixels.count, let first = pixels.baseAddress else { return .end }
      for row in 0..<frame.height {
        for column in 0..<frame.width {
          // Numerical Recipes' generator; −2…2 of 255, as a camera with its gain up.
          noise = noise &* 1_664_525 &+ 1_013_904_223
          let value = Int(frame.pixels[row * frame.stride + column]) / 8 + Int(noise >> 24) % 5 - 2
          pixels[row * frame.width + column] = UInt8(clamping: value)
        }
      }
      return .frame(
        Frame(pixels: first, width: frame.width, height: frame.height, stride: frame.width, time: frame.time))
    }
  }

  @Test func aFaceInTheDarkIsFoundAndFollowed() throws {
    let table = try ShippedSession.track(DarkSession(ShippedSession.video("even")), with: ShippedSession.stage())[0]
    let score = ClipScorer(reference: try FaceTable(csv: ShippedSession.truth("even")), track: table).score()
    #expect(try #require(score.recall) > 0.9)
    #expect(try #require(score.rotationError) < 3.5, "\(score.rotationError ?? .nan)")
    #expect(try #require(score.alignedCoreCorrelation) > 0.45, "\(score.alignedCoreCorrelation ?? .nan)")
  }
}
