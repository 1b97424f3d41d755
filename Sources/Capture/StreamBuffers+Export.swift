import CV4L2
import FaceCore
import Glibc

extension StreamBuffers {
  /// Buffers that others may hold while as many are left to the driver: one waits to be read, one is read.
  private static let leastCount = 4

  /// Why the frames of a stream can't be lent; nil where that can be tried.
  static func lendingProblem(_ format: PixelFormat, count: Int) -> String? {
    if format == .mjpeg { return "\(format.rawValue) is decoded by the CPU" }
    return count < leastCount ? "the driver granted \(count) buffers; lending needs \(leastCount)" : nil
  }

  /// All buffers as dma-bufs, for the driver's own format only: what libv4l2 converts lies elsewhere.
  ///
  /// - Throws: ``CaptureError/device(path:call:reason:)`` where the driver exports none, or sends another format.
  func export(of node: borrowing VideoNode, _ granted: VideoNode.Granted) throws(CaptureError) -> [CameraBuffer] {
    var raw = v4l2_format()
    raw.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
    let code = node.attemptOfDriver(.format, &raw)
    guard code == 0 else { throw .device(path: node.path, call: "VIDIOC_G_FMT", code: code) }
    let pix = raw.fmt.pix
    guard pix.pixelformat == granted.format.code, Int(pix.width) == granted.width, Int(pix.height) == granted.height
    else {
      throw .device(
        path: node.path, call: "VIDIOC_EXPBUF",
        reason: "libv4l2 converts the camera's \(PixelFormat.name(ofCode: pix.pixelformat))")
    }
    let layout = CameraBuffer.Layout(
      width: granted.width, height: granted.height, stride: granted.stride, step: granted.format.bytesPerPixel ?? 1)
    var exported: [CameraBuffer] = []
    for (index, memory) in mapped.enumerated() {
      var request = v4l2_exportbuffer()
      request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
      request.index = UInt32(index)
      // Software renderers map what they import for writing too.
      request.flags = UInt32(O_RDWR | O_CLOEXEC)
      let code = node.attemptOfDriver(.exportBuffer, &request)
      guard code == 0 else { throw .device(path: node.path, call: VideoNode.Request.exportBuffer.name, code: code) }
      let (descriptor, system) = (request.fd, system)
      exported.append(
        CameraBuffer(
          layout: layout, descriptor: descriptor, pixels: memory.bytes,
          // The mapping lives as long as this closure.
          end: { withExtendedLifetime(memory) { system.close(descriptor, converts: false) } }))
    }
    return exported
  }
}
