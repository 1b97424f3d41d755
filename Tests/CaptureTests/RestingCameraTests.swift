import FaceCore
import Testing

@testable import Capture

@Suite struct RestingCameraTests {
  /// A camera that notes the rate it was opened at.
  final class Fake: FrameSource {
    let description = "fake"
    let nominalRate: Double
    let frameCount: Int? = nil
    let isLive = true
    let damagedFrames = 2
    var silentCalls: Int
    let pixels = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

    init(rate: Double, silentCalls: Int) { (nominalRate, self.silentCalls) = (rate, silentCalls) }

    deinit { pixels.deallocate() }

    func next() -> FrameRead {
      if silentCalls > 0 {
        silentCalls -= 1
        return .waiting(reason: "silent")
      }
      return .frame(Frame(pixels: pixels, width: 1, height: 1, stride: 1, time: CaptureTime(seconds: 0)))
    }
  }

  private func isFrame(_ read: FrameRead) -> Bool { if case .frame = read { true } else { false } }

  @Test func restingAsksForTheLowerRateAndBack() throws {
    var rates: [Double] = []
    let camera = RestingCamera(fullRate: 30, restingRate: 5) { rate in
      rates.append(rate)
      return Fake(rate: rate, silentCalls: rates.count > 1 ? 2 : 0)
    }
    #expect(isFrame(try camera.next()) && camera.nominalRate == 30)
    camera.rest(true)
    camera.rest(true)
    #expect(isFrame(try camera.next()), "the silence of a camera that is opened anew is no loss")
    #expect(camera.nominalRate == 5)
    camera.rest(false)
    #expect(isFrame(try camera.next()))
    #expect(rates == [30, 5, 30] && camera.damagedFrames == 6)
  }

  @Test func aDeviceWithoutALowerRateIsLeftAlone() throws {
    var openings = 0
    let camera = RestingCamera(fullRate: 30, restingRate: 5) { _ in
      openings += 1
      return Fake(rate: 30, silentCalls: 0)
    }
    for isResting in [true, false, true, false] {
      _ = try camera.next()
      camera.rest(isResting)
    }
    #expect(openings == 2)
  }

  @Test func aCameraThatIsAwayIsToldAfterAFewCalls() throws {
    let camera = RestingCamera(fullRate: 30, restingRate: 5) { Fake(rate: $0, silentCalls: 100) }
    camera.rest(true)
    guard case .waiting(let reason) = try camera.next() else {
      Issue.record("a frame from a camera that has none")
      return
    }
    #expect(reason == "silent")
  }
}
