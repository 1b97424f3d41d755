/// Whether a text is an OSC address without patterns (OSC 1.0, "OSC Address Spaces").
package func isOSCAddress(_ text: String) -> Bool {
  text.hasPrefix("/") && text.utf8.count <= 255
    && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"#*,?[]{}".utf8.contains($0) }
}
