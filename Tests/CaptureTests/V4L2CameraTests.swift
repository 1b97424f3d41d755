import Foundation
import Testing

@testable import Capture

/// Nodes that are no cameras; streams need a kernel with a camera.
@Suite struct V4L2CameraTests {
  @Test func aMissingNodeIsNamed() {
    #expect(throws: CaptureError.device(path: "/dev/video-none", call: "open", reason: "No such file or directory")) {
      _ = try V4L2Camera(path: "/dev/video-none", request: CameraRequest())
    }
  }

  @Test func aNodeThatIsNoCameraIsNamed() {
    let error = #expect(throws: CaptureError.self) { _ = try V4L2Camera(path: "/dev/null", request: CameraRequest()) }
    #expect(error?.description.hasPrefix("/dev/null: ") == true)
    #expect(error?.description.hasSuffix(": Inappropriate ioctl for device") == true)
  }

  @Test func aSourceWaitsForACameraThatIsNotThere() {
    let source = CameraSource(name: "/dev/video-none")
    guard case .waiting(let reason) = source.next() else {
      Issue.record("a frame from nowhere")
      return
    }
    #expect(reason.hasPrefix("camera “/dev/video-none”: "))
    #expect(!reason.contains("\n"))
  }
}
