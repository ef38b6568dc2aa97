package main

import (
	"bufio"
	"bytes"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// availableMemory returns how much memory can be had, and what sets that limit, from the files of a Linux system
// at root: the least of what the kernel thinks available and of what the control groups leave (versions 1 and
// 2, the process's own group and those above it). 0 where nothing is known, as on other systems.
func availableMemory(root fs.FS) (bytes int64, limit string) {
	if n, ok := field(root, "proc/meminfo", "MemAvailable:"); ok {
		bytes, limit = n<<10, "available on this machine"
	}
	for _, g := range groups(root) {
		if left, ok := g.left(root); ok && (bytes == 0 || left < bytes) {
			bytes, limit = max(left, 1), "what the limit of the container or control group leaves"
		}
	}
	return bytes, limit
}

// A group is a control group: its folder, and how its files are called.
type group struct{ dir, limit, usage, cache string }

// groups returns the control groups of the process, each with those above it. Inside a container the path may be
// that of the host: then the root of the hierarchy stands for it.
func groups(root fs.FS) (all []group) {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		mounts, g := []string{"sys/fs/cgroup", "sys/fs/cgroup/unified"}, group{"", "memory.max", "memory.current", "inactive_file"}
		if parts[1] != "" {
			mounts, g = []string{"sys/fs/cgroup/memory"}, group{"", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"}
		}
		if parts[1] != "" && parts[1] != "memory" {
			continue
		}
		for _, mount := range mounts {
			for at := path.Join("/", parts[2]); ; at = path.Dir(at) {
				g.dir = path.Join(mount, at)
				all = append(all, g)
				if at == "/" {
					break
				}
			}
		}
	}
	return all
}

// left returns what the limit leaves; files that are only cached count as free.
func (g group) left(root fs.FS) (bytes int64, ok bool) {
	limit, ok := number(root, path.Join(g.dir, g.limit))
	if !ok || limit >= 1<<60 {
		return 0, false
	}
	usage, _ := number(root, path.Join(g.dir, g.usage))
	cache, _ := field(root, path.Join(g.dir, "memory.stat"), g.cache)
	return limit - max(usage-cache, 0), true
}

// number reads a file that holds a number alone; "max" is none.
func number(root fs.FS, name string) (n int64, ok bool) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0, false
	}
	n, err = strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
	return n, err == nil
}

// field reads the number after a name in a file of lines of names and numbers.
func field(root fs.FS, name, key string) (n int64, ok bool) {
	file, err := root.Open(name)
	if err != nil {
		return 0, false
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) >= 2 && words[0] == key {
			n, err := strconv.ParseInt(words[1], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
