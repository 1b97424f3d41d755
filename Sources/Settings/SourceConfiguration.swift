import Foundation

/// Where frames come from. Plain values: the pipeline opens the camera or the file.
package struct SourceConfiguration: Equatable, Sendable {
  /// Which camera.
  package enum Camera: Equatable, Sendable {
    /// The first that captures and is no loopback.
    case auto
    /// A device by path, such as `/dev/v4l/by-id/…-video-index0` or `/dev/video0`.
    case path(String)
    /// The first whose name holds this text.
    case name(String)

    /// From a configuration file's or a command's text: `auto`, a path that begins with `/`, or a part of a name.
    package init(_ text: String) {
      self = text == "auto" ? .auto : text.hasPrefix("/") ? .path(text) : .name(text)
    }
  }

  /// Something that a camera can choose by itself.
  package enum Automatic: Equatable, Sendable {
    /// Stays as it is.
    case keep
    case auto
    /// Milliseconds of exposure, or the camera's own unit of gain.
    case value(Double)
  }

  /// The mains' frequency, whose flicker the camera is to avoid.
  package enum PowerLine: String, CaseIterable, Sendable {
    case keep, off
    case hz50 = "50"
    case hz60 = "60"
    case auto
  }

  /// The pixel formats that are read, by V4L2's four characters.
  package static let fourccs = ["GREY", "NV12", "YU12", "YUYV", "MJPG"]

  package var camera = Camera.auto
  /// A video file that takes the camera's place: an absolute path.
  package var file: String?
  /// Whether the file starts over at its end.
  package var loop = false
  /// The picture's size that is asked of the camera, pixels; it may deliver another.
  package var width = 640
  package var height = 480
  /// The frame rate that is asked of the camera, frames a second.
  package var fps = 30
  /// The only pixel format to take, V4L2's four characters; nil for the best.
  package var fourcc: String?
  package var exposure = Automatic.keep
  package var gain = Automatic.keep
  package var powerLine = PowerLine.keep
  /// Other controls of the camera, by the names that `gurn devices` prints.
  package var controls: [String: Int] = [:]
  /// Clockwise turn that brings the picture upright: 0, 90, 180 or 270 degrees.
  package var rotateDegrees = 0
  /// Whether the source delivers a mirrored picture; left and right are then set right.
  package var mirror = false

  package init() {}

  /// Takes what a command line names in place of what was set: a video file, or a camera where it lies below `/dev/` or is a
  /// name that no file has.
  package mutating func choose(_ text: String) {
    let exists = FileManager.default.fileExists(atPath: text)
    if text.hasPrefix("/dev/") || !exists && !text.contains("/") && !text.contains(".") {
      (camera, file) = (.init(text), nil)
    } else {
      file = text
    }
  }
}

extension SourceConfiguration.Camera {
  /// The text that a configuration file would hold: `auto`, a path, or a part of a name.
  package var text: String {
    switch self {
    case .auto: "auto"
    case .path(let text), .name(let text): text
    }
  }
}
