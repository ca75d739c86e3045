#!/bin/sh
# fetch.sh FOLDER: gets Debian packages with Chinese translations, with apt, and
# unpacks the translations into FOLDER.
set -eu
mkdir -p "$1" && cd "$1"
for p in \
	akregator cataclysm-dda-data coreutils digikam-data dino-im-common dolphin evolution-common evolution-data-server-common freeciv-data \
	gajim gnome-calendar gnome-clocks gnome-contacts gnome-initial-setup gnome-maps gnome-shell-common gnome-weather gnupg-l10n gwenview \
	iso-codes kate5-data kdeplasma-addons-data kget kgpg khelpcenter kio kmail konsole korganizer krita-l10n kstars-data ktorrent-data \
	kwalletmanager libgtk-3-common libreoffice-l10n-zh-cn marble-data okular pidgin-data plasma-desktop-data plasma-discover-common \
	python3-django skrooge-common tellico-data unknown-horizons warzone2100-data wesnoth-1.16-data widelands-data wordpress-l10n
do
	[ -d "$p" ] && continue
	apt-get -q download "$p" || { echo "no package $p" >&2; continue; }
	mkdir "$p"
	dpkg-deb --fsys-tarfile "$p"_*.deb | tar -x -C "$p" --wildcards '*/zh_CN/*.mo' '*/zh_Hans/*.mo' || true
	rm -f "$p"_*.deb
done
