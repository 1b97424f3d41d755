import CAllocationCount
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

  /// Buffers of one row of four pixels, each of its number.
  static func buffers(_ count: Int, step: Int = 1) -> [CameraBuffer] {
    (0..<count).map { number in
      let pixels = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
      for index in 0..<8 { pixels[index] = index % step == 0 ? UInt8(number) : 255 }
      nonisolated(unsafe) let memory = pixels
      return CameraBuffer(
        layout: .init(width: 4, height: 1, stride: 8, step: step), descriptor: -1, pixels: pixels,
        end: { memory.deallocate() })
    }
  }

  @Test func aCameraHasItsBufferBackWhenItsFrameWasReadOrReplaced() {
    let slot = LatestFrame()
    let buffers = Self.buffers(3)
    func held() -> [Bool] { buffers.map(\.isHeld) }
    slot.publish(buffers[0], at: CaptureTime(nanoseconds: 0))
    #expect(held() == [true, false, false])
    slot.publish(buffers[1], at: CaptureTime(nanoseconds: 1))
    #expect(held() == [false, true, false])
    #expect(slot.take(timeoutSeconds: 0) == .frame)
    slot.publish(buffers[2], at: CaptureTime(nanoseconds: 2))
    slot.withFrame { image in
      #expect(image.buffer === buffers[1] && image.width == 4 && image.height == 1 && image.time.nanoseconds == 1)
      #expect(held() == [false, true, true])
    }
    #expect(held() == [false, false, true])
    publish(9, to: slot)
    #expect(held() == [false, false, false])
    #expect(slot.take(timeoutSeconds: 0) == .frame)
    slot.withFrame { #expect($0.buffer == nil && $0.pixels == [UInt8](repeating: 9, count: 32)) }
  }

  @Test(arguments: [1, 2]) func aBorrowedPictureIsCopiedAfterAll(step: Int) {
    let slot = LatestFrame()
    let buffers = Self.buffers(6, step: step)
    slot.publish(buffers[5], at: CaptureTime(nanoseconds: 0))
    #expect(slot.take(timeoutSeconds: 0) == .frame)
    slot.withFrame { image in
      image.copyBorrowed()
      #expect(!buffers[5].isHeld && image.buffer == nil)
      #expect(image.pixels == [5, 5, 5, 5])
      image.withPlane { #expect($0.width == 4 && $0.height == 1 && $0.stride == 4 && $0.pixels[3] == 5) }
    }
  }

  @Test func aThrowGivesTheBufferBackToo() {
    struct Failure: Error {}
    let slot = LatestFrame()
    let buffer = Self.buffers(1)[0]
    slot.publish(buffer, at: CaptureTime(nanoseconds: 0))
    #expect(slot.take(timeoutSeconds: 0) == .frame)
    #expect(throws: Failure.self) { try slot.withFrame { _ in throw Failure() } }
    #expect(!buffer.isHeld)
  }

  @Test func borrowingAllocatesNothing() {
    let slot = LatestFrame()
    let buffers = Self.buffers(4)
    var allocations: [UInt64] = []
    allocations.reserveCapacity(100)
    for round in 0..<100 {
      let before = gurn_allocations()
      slot.publish(buffers[round % 4], at: CaptureTime(nanoseconds: Int64(round)))
      _ = slot.take(timeoutSeconds: 0)
      slot.withFrame { if round % 7 == 0 { $0.copyBorrowed() } }
      allocations.append(UInt64(gurn_allocations() - before))
    }
    #expect(allocations.dropFirst(30).allSatisfy { $0 == 0 }, "allocations a frame: \(allocations)")
  }

  @Test func framesThatTurnAreNotBorrowed() {
    for (orientation, takes) in [
      (FrameOrientation(), true), (.init(clockwiseTurns: 2), false), (.init(isMirrored: true), false),
    ] {
      let slot = LatestFrame(orientation: orientation)
      slot.takesBuffers = true
      #expect(slot.takesBuffers == takes)
      slot.takesBuffers = false
      #expect(!slot.takesBuffers)
    }
  }

  @Test(arguments: [
    (0, false, [1, 2, 3, 4, 5, 6]), (1, false, [4, 1, 5, 2, 6, 3]), (2, false, [6, 5, 4, 3, 2, 1]),
    (3, false, [3, 6, 2, 5, 1, 4]), (0, true, [3, 2, 1, 6, 5, 4]), (1, true, [1, 4, 2, 5, 3, 6]),
  ])
  func picturesAreTurnedUpright(turns: Int, isMirrored: Bool, expected: [UInt8]) {
    // 1 2 3
    // 4 5 6
    let pixels: [UInt8] = [1, 2, 3, 0, 4, 5, 6, 0]
    var image = LumaImage()
    pixels.withUnsafeBufferPointer {
      image.copy(
        LumaPlane(pixels: $0.baseAddress!, width: 3, height: 2, stride: 4), at: CaptureTime(nanoseconds: 0),
        orientation: FrameOrientation(clockwiseTurns: turns, isMirrored: isMirrored))
    }
    #expect(image.pixels == expected)
  }
}
