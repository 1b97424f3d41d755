import FaceCore
import Foundation
import NeuralGraph
import Pipeline
import Testing

@Suite struct LatestFrameTests {
  func publish(_ value: UInt8, to slot: LatestFrame, width: Int = 8, height: Int = 4, stride: Int = 10) {
    let pixels = [UInt8](repeating: value, count: stride * height)
    pixels.withUnsafeBufferPointer {
      slot.publish(
        LumaPlane(pixels: $0.baseAddress!, width: width, height: height, stride: stride),
        at: CaptureTime(nanoseconds: Int64(value)))
    }
  }

  @Test func theNewestFrameWinsAndTheOthersAreCounted() {
    let slot = LatestFrame()
    for value: UInt8 in 1...3 { publish(value, to: slot) }
    #expect(slot.take(timeoutSeconds: 0) == .frame)
    slot.withFrame { image in
      #expect(image.time.nanoseconds == 3)
      #expect(image.pixels == [UInt8](repeating: 3, count: 32))
    }
    #expect(slot.droppedFrames == 2)
  }

  @Test func anEmptySlotTimesOutAndAClosedOneSaysSo() {
    let slot = LatestFrame()
    #expect(slot.take(timeoutSeconds: 0.001) == .timeout)
    publish(7, to: slot)
    slot.close()
    #expect(slot.take(timeoutSeconds: 0) == .frame)
    #expect(slot.take(timeoutSeconds: 10) == .closed)
  }

  @Test func aWaitingReaderIsWokenByTheNextFrame() async {
    let slot = LatestFrame()
    let reader = Task.detached { slot.take(timeoutSeconds: 30) }
    publish(1, to: slot)
    #expect(await reader.value == .frame)
  }

  @Test func framesMayChangeTheirSize() {
    let slot = LatestFrame()
    for (width, height) in [(8, 4), (4, 8), (16, 16)] {
      publish(5, to: slot, width: width, height: height, stride: width + 3)
      #expect(slot.take(timeoutSeconds: 0) == .frame)
      slot.withFrame { image in
        #expect(image.pixels.count == width * height)
        image.withPlane { #expect($0.width == width && $0.height == height && $0.stride == width) }
      }
    }
  }
}
