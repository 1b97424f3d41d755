import FaceCore
import Foundation
import Glibc
import Testing

@testable import Capture

/// Frames that are lent in the camera's own buffers: who has them when, and what stands in the way.
@Suite struct LendingTests {
  static let path = FakeDriverTests.path

  static func node(_ format: String = "YUYV", frames: Int = 40) -> FakeDriver.Node {
    var node = FakeDriver.Node()
    node.formats = [format]
    node.frames = (0..<frames).map { FakeDriverTests.yuyv(UInt8($0)) }
    return node
  }

  static func frame(_ camera: V4L2Camera) throws -> Frame { try #require(try camera.read(timeout: .milliseconds(500))) }

  @Test(arguments: [("YUYV", 2, 128), ("GREY", 1, 64), ("NV12", 1, 64), ("YU12", 1, 64)])
  func aFrameLiesInItsBuffer(format: String, step: Int, stride: Int) throws {
    let camera = try FakeDriverTests.camera(FakeDriver([Self.path: Self.node(format)]))
    camera.lend(true)
    #expect(camera.lendingProblem == nil)
    _ = try Self.frame(camera)
    let frame = try Self.frame(camera)
    let buffer = try #require(frame.buffer)
    #expect(buffer.layout == .init(width: 64, height: 48, stride: stride, step: step))
    #expect(frame.pixels == buffer.pixels && frame.step == step && frame.stride == stride && frame.pixels[0] == 1)
    var luma = [UInt8](repeating: 77, count: 64 * 48)
    buffer.copyLuma(to: &luma)
    #expect(luma == (0..<64 * 48).map { buffer.pixels[$0 / 64 * stride + $0 % 64 * step] })
    camera.lend(false)
    let copied = try Self.frame(camera)
    #expect(copied.buffer == nil && copied.step == 1 && copied.pixels[64 * 48 - 1] == (step == 2 ? 2 : 128))
  }

  @Test func aBufferThatIsHeldComesBackOnlyAfterItsRelease() throws {
    let driver = FakeDriver([Self.path: Self.node()])
    let camera = try FakeDriverTests.camera(driver)
    camera.lend(true)
    let first = try #require(try Self.frame(camera).buffer)
    first.hold()
    for luma: UInt8 in 1...9 {
      let frame = try Self.frame(camera)
      #expect(frame.buffer !== first && frame.pixels[0] == luma && first.pixels[0] == 0)
      // The one that is held and the one of the frame are out, no other.
      #expect(driver.queued.count == 2)
    }
    first.release()
    var buffers: [ObjectIdentifier] = []
    for _ in 0..<4 { buffers.append(ObjectIdentifier(try #require(try Self.frame(camera).buffer))) }
    #expect(Set(buffers).count == 4 && buffers.contains(ObjectIdentifier(first)))
    #expect(driver.queued.count == 3)
  }

  @Test func anUnheldFrameGoesBackAtTheNextCall() throws {
    let driver = FakeDriver([Self.path: Self.node()])
    let camera = try FakeDriverTests.camera(driver)
    camera.lend(true)
    for _ in 0..<9 {
      _ = try Self.frame(camera)
      #expect(driver.queued.count == 3)
    }
  }

  @Test func descriptorsAndMappingsLiveAsLongAsTheirLastHolder() throws {
    let driver = FakeDriver([Self.path: Self.node()])
    var camera: V4L2Camera? = try FakeDriverTests.camera(driver)
    camera?.lend(true)
    camera?.lend(true)
    #expect(driver.openCount == 5)
    var held = try camera?.read(timeout: .milliseconds(500))?.buffer
    held?.hold()
    #expect(held?.isRetired == false)
    camera = nil
    #expect(held?.isRetired == true && driver.openCount == 1 && driver.unmapped == 3)
    held = nil
    #expect(driver.openCount == 0 && driver.unmapped == 4)
  }

  @Test(arguments: [
    ("a format that the CPU decodes", "MJPG is decoded by the CPU"),
    ("few buffers", "the driver granted 3 buffers; lending needs 4"),
    ("no export", "/dev/video0: VIDIOC_EXPBUF: Inappropriate ioctl for device"),
    ("a conversion", "/dev/video0: VIDIOC_EXPBUF: libv4l2 converts the camera's BGR3"),
  ])
  func whatCannotBeLentComesAsBefore(what: String, reason: String) throws {
    var node = Self.node()
    switch what {
    case "a format that the CPU decodes":
      (node.formats, node.frames) = (["MJPG"], [try MotionJPEGDecoderTests.jpeg()])
    case "few buffers": node.bufferLimit = 3
    case "no export": node.faults["VIDIOC_EXPBUF"] = ENOTTY
    default: (node.formats, node.raw) = (["YU12"], "BGR3")
    }
    let driver = FakeDriver([Self.path: node])
    let camera = try FakeDriverTests.camera(driver)
    camera.lend(true)
    #expect(camera.lendingProblem == reason)
    #expect(driver.openCount == 1)
    let frame = try Self.frame(camera)
    #expect(frame.buffer == nil && frame.step == 1)
  }

  @Test func aCameraThatComesBackLendsAgain() {
    let stage = CameraSourceTests.Stage()
    stage.script = [.frame, .failure]
    let source = stage.source()
    source.lend(true)
    _ = source.next()
    while CameraSourceTests.waiting(source) != nil || source.openings < 2 {}
    source.lend(true)
    source.lend(false)
    #expect(stage.lending == [true, true, false])
  }
}
