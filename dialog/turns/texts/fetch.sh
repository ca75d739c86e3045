#!/bin/sh
# fetch.sh FOLDER: gets Debian packages with much Chinese and English text, with
# apt, and unpacks what texts reads into FOLDER. Some 1.5 GB pass through.
set -eu
mkdir -p "$1" && cd "$1"
for p in \
	cataclysm-dda-data crawl-common freeciv-data wesnoth-1.16-data warzone2100-data minetest-data tuxpaint-data \
	debian-handbook debian-reference-zh-cn debian-reference-en debian-faq-zh-cn debian-faq debian-edu-doc-zh-cn \
	maint-guide-zh-cn installation-guide-amd64 manpages-zh linux-doc-6.1 gnome-user-docs gimp-help-zh-cn gimp-help-en \
	libreoffice-help-zh-cn libreoffice-help-en-us libreoffice-l10n-zh-cn kicad-doc-zh dict-foldoc dict-wn \
	krita-l10n digikam-data evolution-common kstars-data marble-data kalzium-data stellarium-data qgis-common \
	blender-data darktable gramps gnucash-common kmymoney-common homebank-data calibre musescore3-common phpmyadmin \
	mediawiki aptitude-common apt dpkg systemd git gcc-12-locales gimp-data inkscape scribus-data audacity-data vlc-l10n \
	keepassxc kdenlive-data ktouch-data parley-data rocs kgeography-data easytag lmms-common evince-common gedit-common \
	nautilus-data gnome-software-common gnome-control-center-data network-manager-gnome plasma-workspace-data kdeconnect
do
	[ -d "$p" ] && continue
	apt-get -q download "$p" || { echo "no package $p" >&2; continue; }
	mkdir "$p"
	dpkg-deb --fsys-tarfile "$p"_*.deb | tar -x -C "$p" --wildcards '*.html' '*.page' '*.mo' '*.qm' '*.json' '*.gz' '*.dz' '*/dat/descript/*.txt' || true
	rm -f "$p"_*.deb
done
